const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** What a scan cost, in the words of the program. */
export function costLine({ stats, clientFiles, serverFiles }) {
  const megabytes = (stats.bytesRead / 1e6).toFixed(1);
  return (
    `demarc: scanned ${grouped(stats.modules)} modules, ${megabytes} MB, in ${Math.round(stats.durationMs)} ms on ` +
    `${stats.threads} ${stats.threads === 1 ? "thread" : "threads"}: ${grouped(clientFiles.length)} client, ${grouped(serverFiles.length)} server`
  );
}

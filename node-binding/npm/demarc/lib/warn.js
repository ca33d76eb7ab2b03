const warned = new Set();

/** Says a thing once a process, on standard error or through Vite's logger. */
export function warnOnce(message, logger) {
  if (warned.has(message)) return;
  warned.add(message);
  if (logger?.warn) logger.warn(message);
  else process.stderr.write(`${message}\n`);
}

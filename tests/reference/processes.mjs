// What /proc says of this process's children, such as esbuild's service.

import fs from "node:fs";

export function* childrenStatus() {
  for (const name of fs.readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    let status;
    let stat;
    try {
      status = fs.readFileSync(`/proc/${name}/status`, "utf8");
      stat = fs.readFileSync(`/proc/${name}/stat`, "utf8");
    } catch {
      // It ended between the listing and the reading, so it is none of ours: a service stays.
      continue;
    }
    if (Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) === process.pid) yield { status, stat };
  }
}

/** User and system time of a process so far, from the two fields that Linux counts in hundredths of a second. */
export function cpuMsOf(stat) {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

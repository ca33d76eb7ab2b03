// Numbers and names as people read them.

const grouped = new Intl.NumberFormat("en-US");

export const count = (number: number) => grouped.format(number);
export const counted = (number: number, noun: string, many = `${noun}s`) => `${count(number)} ${number === 1 ? noun : many}`;

function scaled(bytes: number, step: number, units: string[]): string {
  let unit = 0;
  while (bytes >= (unit === 0 ? step : step - 0.05) && unit + 1 < units.length) {
    bytes /= step;
    ++unit;
  }
  return `${unit === 0 || bytes === Math.floor(bytes) ? Math.floor(bytes) : bytes.toFixed(1)} ${units[unit]}`;
}

export const size = (bytes: number) => scaled(bytes, 1000, ["B", "kB", "MB", "GB", "TB"]); // of sources
export const memory = (bytes: number) => scaled(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);

export const duration = (milliseconds: number) =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;

export const share = (part: number, whole: number) => {
  if (whole === 0) return "0 %";
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 1 ? "< 1 %" : `${Math.round(percent)} %`;
};

// A message as a sentence of its own.
export const sentence = (text: string) => {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?:]$/.test(first) ? first : `${first}.`;
};

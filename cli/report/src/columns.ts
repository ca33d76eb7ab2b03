// Columns of numbers as cli/report_data.cc writes them: base64 VLQ, as in source maps.

const VALUE_OF = new Uint8Array(128);
for (const [value, digit] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries())
  VALUE_OF[digit.charCodeAt(0)] = value;

export class Column {
  #at = 0;

  constructor(readonly text: string) {}

  next(): number {
    let value = 0;
    // Multiplied rather than shifted: sizes of files exceed 32 bits.
    for (let weight = 1; ; weight *= 32) {
      const digit = VALUE_OF[this.text.charCodeAt(this.#at++)];
      value += (digit & 31) * weight;
      if (digit < 32) return value;
    }
  }

  nextDifference(): number {
    const value = this.next();
    return value % 2 === 0 ? value / 2 : -(value - 1) / 2;
  }
}

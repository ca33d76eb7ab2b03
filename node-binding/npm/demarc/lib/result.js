// The JSON of `demarc scan`, as an object that parses it when the first field is looked at: whoever only writes the
// result to a file never pays for objects.
const FIELDS = [
  "schemaVersion", "tool", "root", "framework", "entries", "complete", "clientFiles", "serverFiles", "hasServerFunctions",
  "directives", "markers", "modules", "diagnostics", "stats",
];

export class ScanResult {
  #json;
  #value;

  constructor(json) {
    this.#json = json;
  }

  /** The bytes that `demarc scan --format json` prints. */
  get json() {
    return this.#json;
  }

  toJSON() {
    return (this.#value ??= JSON.parse(this.#json.toString("utf8")));
  }
}

for (const field of FIELDS) {
  Object.defineProperty(ScanResult.prototype, field, {
    enumerable: true,
    get() {
      return this.toJSON()[field];
    },
  });
}

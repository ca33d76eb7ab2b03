/** What every function of the package throws or rejects with. `code` is stable, the message says what to do. */
export class DemarcError extends Error {
  constructor(code, message, diagnostics = []) {
    super(message);
    this.name = "DemarcError";
    this.code = code;
    this.diagnostics = diagnostics;
  }
}

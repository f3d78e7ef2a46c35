import type { Logger } from "../../core/index.js";

/** Says once what KIS was not known to send: a surprise has a name, and does not fill a log. */
export class SurpriseLog {
  readonly #logger: Logger;
  readonly #said = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  say(facts: object, message: string): void {
    const name = `${message} ${JSON.stringify(facts)}`;
    if (this.#said.has(name) || this.#said.size >= 100) return;
    this.#said.add(name);
    this.#logger.warn(facts, message);
  }
}

import type { Logger } from "../../../core/index.js";

/** Logs messages that KIS was never seen to send. Each kind is logged once, so that they cannot fill a log. */
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

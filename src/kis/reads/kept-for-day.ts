import { kstDay, raceAbort } from "../../core/index.js";

/**
 * Answers that hold for a KST day: whoever asks for the same again is given the same. Those who ask while it is under
 * way share it; a failure is kept by nobody.
 */
export class KeptForDay<T> {
  readonly #now: () => number;
  readonly #answers = new Map<string, Promise<T>>();
  #day = "";

  /** @param now - epoch ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * @param ask - is given no signal: one caller's giving up must not fail the others.
   * @throws what `ask` throws, to the one whose it was; the others ask for themselves.
   */
  async get(key: string, ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      signal?.throwIfAborted();
      const today = kstDay(this.#now());
      if (today !== this.#day) this.#answers.clear();
      this.#day = today;
      const shared = this.#answers.get(key);
      if (shared === undefined) return raceAbort(this.#ask(key, ask), signal);
      const answer = await raceAbort(
        shared.then(
          (value) => ({ value }),
          () => undefined,
        ),
        signal,
      );
      if (answer !== undefined) return answer.value;
    }
  }

  #ask(key: string, ask: () => Promise<T>): Promise<T> {
    const asked = ask();
    this.#answers.set(key, asked);
    // By the time it fails, after midnight, another answer may have taken its place.
    asked.catch(() => {
      if (this.#answers.get(key) === asked) this.#answers.delete(key);
    });
    return asked;
  }
}

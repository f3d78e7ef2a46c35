import { kstDay, raceAbort } from "../../core/index.js";

/**
 * Caches answers for the rest of a KST day. Callers that ask for the same key share one request. A failure is not kept.
 */
export class DayCache<T> {
  readonly #now: () => number;
  readonly #answers = new Map<string, Promise<T>>();
  #day = "";

  /** @param now - epoch ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * @param ask - gets no signal, because a caller that gives up must not fail the others.
   * @throws what `ask` throws, to the caller that gave it. Callers that waited for that answer ask again themselves.
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
    // It may fail after midnight, when another answer has taken its place.
    asked.catch(() => {
      if (this.#answers.get(key) === asked) this.#answers.delete(key);
    });
    return asked;
  }
}

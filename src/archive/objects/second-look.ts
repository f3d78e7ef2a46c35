import { type Clock, type Logger, systemClock } from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";
import { type LostObject, type UnguardedObject, Unguarded } from "./unguarded.js";

/** What a {@link SecondLook} works with. */
interface SecondLookOptions {
  readonly store: Pick<ObjectStore, "get">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long another writer's put may take to arrive after an object was read back. */
const ARRIVAL_MS = 2000;

/**
 * Checks again what was written to a store without conditional writes: another writer's object may have taken a key after
 * it was read back. With conditional writes there is nothing to check.
 */
export class SecondLook {
  readonly #options: SecondLookOptions;
  readonly #unguarded: Unguarded;

  constructor(options: SecondLookOptions) {
    this.#options = options;
    this.#unguarded = new Unguarded(options.store);
  }

  /** Notes an object that was just put and read back. */
  readonly note = (object: Omit<UnguardedObject, "at">): void =>
    this.#unguarded.add({ ...object, at: this.#options.clock.monotonic() });

  /**
   * @param how - `"wait"`: first wait (by the host's clock) until two seconds have passed since the last write. With
   * `"leave"`, younger objects are checked again the next time.
   * @param storeAgain - stores the content of an object under another key.
   * @returns what it returned for each object that was lost.
   * @throws {@link StorageError} if the store fails; what was not checked waits for the next time.
   */
  async take<Written>(
    how: "wait" | "leave",
    storeAgain: (lost: LostObject) => Promise<readonly Written[]>,
    signal?: AbortSignal,
  ): Promise<Written[]> {
    const { clock, logger } = this.#options;
    const { youngest } = this.#unguarded;
    if (youngest === undefined) return [];
    const leftMs = youngest + ARRIVAL_MS - clock.monotonic();
    // A manual clock would wait for ever.
    if (how === "wait" && leftMs > 0 && clock === systemClock) await clock.sleep(leftMs, signal);
    const written: Written[] = [];
    for await (const lost of this.#unguarded.lost(clock.monotonic() - ARRIVAL_MS)) {
      signal?.throwIfAborted();
      logger.warn({ key: lost.key }, "another writer's object took this one's key; it is stored again");
      written.push(...(await storeAgain(lost)));
    }
    return written;
  }
}

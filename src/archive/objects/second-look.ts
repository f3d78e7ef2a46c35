import { type Clock, type Logger, systemClock } from "../../core/index.js";
import type { ObjectStore } from "../../storage/index.js";
import { type LostObject, type UnguardedObject, Unguarded } from "./unguarded.js";

/** Where to look, by which clock, and whom to tell. */
interface SecondLookOptions {
  readonly store: Pick<ObjectStore, "get">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a put that was under way when an object was read back may take to arrive. */
const ARRIVAL_MS = 2000;

/**
 * Looks again at what was written to a store that does not decide between two writers of one key: another writer's object
 * may have taken the key after it was read back. Costs nothing where the store decides.
 */
export class SecondLook {
  readonly #options: SecondLookOptions;
  readonly #unguarded: Unguarded;

  constructor(options: SecondLookOptions) {
    this.#options = options;
    this.#unguarded = new Unguarded(options.store);
  }

  /** Takes note of an object that was put and read back just now. */
  readonly note = (object: Omit<UnguardedObject, "at">): void =>
    this.#unguarded.add({ ...object, at: this.#options.clock.monotonic() });

  /**
   * @param how - `"wait"` (by the host's clock) until two seconds have passed since the last write; in any case what is
   * younger is looked at the next time as well.
   * @param bringBack - stores what an object held under another key.
   * @returns what that gave for each object that is not there as it was written.
   * @throws {@link StorageError} if the store fails; what was not looked at waits for the next time.
   */
  async take<Written>(
    how: "wait" | "leave",
    bringBack: (lost: LostObject) => Promise<readonly Written[]>,
    signal?: AbortSignal,
  ): Promise<Written[]> {
    const { clock, logger } = this.#options;
    const { youngest } = this.#unguarded;
    if (youngest === undefined) return [];
    const leftMs = youngest + ARRIVAL_MS - clock.monotonic();
    // A clock that is moved by hand would wait for ever.
    if (how === "wait" && leftMs > 0 && clock === systemClock) await clock.sleep(leftMs, signal);
    const written: Written[] = [];
    for await (const lost of this.#unguarded.lost(clock.monotonic() - ARRIVAL_MS)) {
      signal?.throwIfAborted();
      logger.warn({ key: lost.key }, "another writer's object took this one's key; it is stored again");
      written.push(...(await bringBack(lost)));
    }
    return written;
  }
}

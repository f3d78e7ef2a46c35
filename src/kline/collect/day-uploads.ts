import { isHantooError } from "../../core/index.js";
import {
  type DayTable,
  type KlineField,
  createDayTable,
  type KlineStore,
  type WrittenObject,
  type Spool,
  overlay,
} from "../../archive/index.js";
import type { NewCell } from "../evidence/index.js";
import type { PrefixGuard } from "../guard/index.js";

/** Where new minutes of one day go. */
interface DayUploadsOptions {
  readonly klineStore: Pick<KlineStore, "lookAgain" | "write">;
  /** All that is known of the day, stored or not yet; new minutes are set here at once. */
  readonly known: DayTable;
  /** Where objects wait while the store fails; else in memory. */
  readonly spool: Spool | undefined;
  readonly guard: PrefixGuard;
  /** Columns that are written. */
  readonly columns: readonly KlineField[];
}

/** Uploads new minutes of one day. What could not be stored waits for the next upload. */
export class DayUploads {
  /** The last upload failed. */
  failure: { readonly error: unknown } | undefined;
  readonly #options: DayUploadsOptions;
  #pending: DayTable;
  #inFlight = 0;
  #uploaded: WrittenObject[] = [];
  // One upload at a time: a later value of a minute must never be stored under an earlier retrieval.
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DayUploadsOptions) {
    this.#options = options;
    this.#pending = createDayTable(options.known);
  }

  /** Minutes that are not durable yet. */
  get pendingCells(): number {
    return this.#pending.cellCount() + this.#inFlight;
  }

  /** Takes minutes over, for the next flush. */
  take(symbol: string, cells: readonly NewCell[]): void {
    for (const { index, cell } of cells) {
      this.#pending.set(symbol, index, cell);
      this.#options.known.set(symbol, index, cell);
    }
  }

  /**
   * Resolves when everything taken so far is durable: in the store, or in the spool.
   *
   * @throws {@link StorageError} if neither takes it, {@link ConfigError} if bars of another kind stand there; it is
   * kept for the next flush.
   */
  flush(): Promise<void> {
    const work = this.#turn.then(() => this.#upload());
    this.#turn = work.catch(() => undefined);
    return work;
  }

  /**
   * Checks again what was stored in a store without conditional writes: see {@link KlineStore.lookAgain}. While the store
   * fails, the check waits for the next time.
   */
  async lookAgain(how: "wait" | "leave", signal?: AbortSignal): Promise<void> {
    try {
      this.#uploaded.push(...(await this.#options.klineStore.lookAgain(how, signal)));
    } catch (error) {
      if (!isHantooError(error)) throw error;
      this.failure = { error };
    }
  }

  /** The objects that became durable in the store since the last call. */
  takeUploaded(): WrittenObject[] {
    return this.#uploaded.splice(0);
  }

  async #upload(): Promise<void> {
    const { known, spool } = this.#options;
    const table = this.#pending;
    this.#inFlight = table.cellCount();
    if (this.#inFlight === 0 && (spool === undefined || spool.isEmpty)) return;
    this.#pending = createDayTable(known);
    try {
      await this.#store(table);
    } catch (error) {
      overlay(table, this.#pending); // waits again; later values of the same minutes stay
      this.failure = { error };
      throw error;
    } finally {
      this.#inFlight = 0;
    }
  }

  async #store(table: DayTable): Promise<void> {
    const { klineStore, spool, guard, columns } = this.#options;
    try {
      const isEmpty = table.cellCount() === 0;
      const source = isEmpty ? guard.provenance : await guard.beforeWrite(columns);
      // The spool goes first: a later minute must never be stored before an earlier one.
      if (spool?.isEmpty === false) for await (const object of spool.drain()) this.#uploaded.push(object);
      if (table.cellCount() > 0) this.#uploaded.push(...(await klineStore.write(table, { source })));
      this.failure = undefined;
    } catch (error) {
      // Only a store that fails is a reason to spool; a defect is not.
      if (spool === undefined || !isHantooError(error) || error.code === "config") throw error;
      this.failure = { error };
      if (table.cellCount() > 0) await spool.write(table, { source: guard.provenance });
    }
  }
}

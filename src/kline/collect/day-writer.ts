import { type Clock, isHantooError } from "../../core/index.js";
import {
  type DayTable,
  createDayTable,
  type KlineStore,
  type WrittenObject,
  type Spool,
  overlay,
} from "../../archive/index.js";
import type { NewCell } from "../evidence/index.js";

/** When fetched minutes are uploaded: whichever comes first. */
export interface Checkpoint {
  /** After so many symbols. @defaultValue 200 */
  readonly symbols?: number;
  /** After so many milliseconds. @defaultValue 60000 */
  readonly ms?: number;
}

/** Where fetched minutes of one day go. */
interface DayWriterOptions {
  readonly klineStore: Pick<KlineStore, "write">;
  /** What is known of the day, stored or about to be: new minutes are set here at once. */
  readonly known: DayTable;
  readonly checkpoint: Required<Checkpoint>;
  /** How many minutes may wait in memory while the store fails. */
  readonly maxPendingCells: number;
  /** Where objects wait while the store fails; else in memory. */
  readonly spool: Spool | undefined;
  readonly clock: Clock;
}

/** Collects new minutes of a day and uploads them in few objects. */
export interface DayWriter {
  /**
   * Takes minutes over, and uploads what has gathered when a checkpoint is due. A failed upload keeps what it had
   * for the next one and is told by {@link failure}, not thrown.
   */
  add(day: { readonly symbol: string; readonly cells: readonly NewCell[] }): Promise<void>;
  /**
   * Resolves when everything added so far is durable: in the store, or in the spool.
   *
   * @throws {@link StorageError} if neither takes it; it is kept for the next flush.
   */
  flush(): Promise<void>;
  /** The objects uploaded since this was last asked. */
  takeUploaded(): WrittenObject[];
  /** The last upload failed, so many in a row. */
  readonly failure: { readonly error: unknown; readonly count: number } | undefined;
  /** Minutes that are not durable yet. */
  readonly pendingCells: number;
  /** No more may be added before a flush succeeds. */
  readonly isFull: boolean;
}

/** @returns a writer for one day. Several days take several writers. */
export function createDayWriter(options: DayWriterOptions): DayWriter {
  const { klineStore, known, checkpoint, maxPendingCells, spool, clock } = options;
  let pending = createDayTable(known);
  let symbols = 0;
  let since: number | undefined;
  let inFlight = 0;
  let uploaded: WrittenObject[] = [];
  let failure: { error: unknown; count: number } | undefined;
  // One upload at a time: a later value of a minute must never be stored under an earlier retrieval.
  let turn: Promise<unknown> = Promise.resolve();

  const isDue = (): boolean =>
    symbols >= checkpoint.symbols ||
    (since !== undefined && clock.monotonic() - since >= checkpoint.ms) ||
    isFull();
  const isFull = (): boolean => pending.cellCount() + inFlight >= maxPendingCells;

  async function upload(): Promise<void> {
    const table = pending;
    inFlight = table.cellCount();
    if (inFlight === 0 && (spool === undefined || spool.isEmpty)) return;
    pending = createDayTable(known);
    symbols = 0;
    since = undefined;
    try {
      await store(table);
    } catch (error) {
      overlay(table, pending); // waits again, under whatever came for the same minute since
      since ??= clock.monotonic();
      failed(error);
      throw error;
    } finally {
      inFlight = 0;
    }
  }

  async function store(table: DayTable): Promise<void> {
    try {
      // What waits goes first: a later minute must never be stored before an earlier one.
      if (spool?.isEmpty === false) for await (const object of spool.drain()) uploaded.push(object);
      if (table.cellCount() > 0) uploaded.push(...(await klineStore.write(table)));
      failure = undefined;
    } catch (error) {
      // Only a store that fails is a reason to spool; a defect is not.
      if (spool === undefined || !isHantooError(error)) throw error;
      failed(error);
      if (table.cellCount() > 0) await spool.write(table);
    }
  }

  function failed(error: unknown): void {
    failure = { error, count: (failure?.count ?? 0) + 1 };
  }

  const flush = (): Promise<void> => {
    const work = turn.then(upload);
    turn = work.catch(() => undefined);
    return work;
  };

  return {
    async add({ symbol, cells }) {
      if (cells.length === 0) return;
      for (const { index, cell } of cells) {
        pending.set(symbol, index, cell);
        known.set(symbol, index, cell);
      }
      symbols++;
      since ??= clock.monotonic();
      if (isDue()) await flush().catch(() => undefined);
    },
    flush,
    takeUploaded() {
      const taken = uploaded;
      uploaded = [];
      return taken;
    },
    get failure() {
      return failure;
    },
    get pendingCells() {
      return pending.cellCount() + inFlight;
    },
    get isFull() {
      return isFull();
    },
  };
}

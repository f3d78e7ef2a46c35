import type { DayWriter } from "./day-writer.js";
import { type SymbolDay, isNetwork, stopsPass } from "../evidence/index.js";

/** How far a pass is. */
export interface SyncProgress {
  /** Symbols brought up to date, or given up. */
  readonly done: number;
  /** Symbols of this pass. */
  readonly total: number;
  readonly failed: number;
  /** Requests answered so far. */
  readonly calls: number;
}

/** One pass over symbols of one day. */
interface PassOptions {
  readonly symbols: readonly string[];
  readonly fetchDay: (symbol: string) => Promise<SymbolDay>;
  readonly writer: DayWriter;
  /** How many symbols are asked for at a time; the source paces the requests. */
  readonly concurrency: number;
  /** Whether, after uploads that failed, going on would only waste calls. */
  readonly isStoreLost: (failure: { readonly error: unknown; readonly count: number }) => boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
}

/** What a pass did. */
export interface Pass {
  readonly calls: number;
  readonly bars: number;
  /** What came of each symbol that was asked for; its cells are with the writer. */
  readonly days: ReadonlyMap<string, SymbolDay>;
  /** Symbols not asked for, since this error of the source, or of the store, would have met them as well. */
  readonly stoppedBy?: {
    readonly error: unknown;
    readonly by: "source" | "store";
    readonly skipped: readonly string[];
  };
  /** What was fetched last is in memory only: the store does not take it. */
  readonly storeError?: unknown;
}

/** Network failures in a row, symbol after symbol, after which the rest is not asked for: each was retried already. */
const MAX_NETWORK_FAILURES = 10;
/** No Error: the stack of the one that a bare `abort()` makes would keep the day's table alive, 81 MB for a market. */
const OVER = "over";

/**
 * Brings symbols up to date, several at a time, and uploads at checkpoints and at the end, whatever happens.
 *
 * @throws the signal's reason, untouched, after the upload; what a defect threw, likewise.
 */
export async function runPass(options: PassOptions): Promise<Pass> {
  const { symbols, fetchDay, writer, concurrency, isStoreLost, signal, onProgress } = options;
  const days = new Map<string, SymbolDay>();
  const asked = new Set<string>();
  const over = new AbortController();
  let next = 0;
  let calls = 0;
  let bars = 0;
  let failed = 0;
  let networkFailures = 0;
  let stop: { readonly error: unknown; readonly by: "source" | "store" } | undefined;

  const take = (symbol: string, day: SymbolDay): void => {
    days.set(symbol, { ...day, cells: [] });
    calls += day.calls;
    bars += day.bars;
    const { error } = day;
    if (error !== undefined) failed++;
    networkFailures = isNetwork(error) ? networkFailures + 1 : 0;
    if (error !== undefined && (stopsPass(error) || networkFailures >= MAX_NETWORK_FAILURES))
      stop ??= { error, by: "source" };
    onProgress?.({ done: days.size, total: symbols.length, failed, calls });
  };

  const worker = async (): Promise<void> => {
    while (stop === undefined && !over.signal.aborted) {
      const symbol = symbols[next++];
      if (symbol === undefined) return;
      asked.add(symbol);
      const day = await fetchDay(symbol);
      if (over.signal.aborted) return;
      await writer.add(day);
      take(symbol, day);
      const { failure } = writer;
      if (failure !== undefined && (writer.isFull || isStoreLost(failure)))
        stop ??= { error: failure.error, by: "store" };
    }
  };

  const workers = Array.from({ length: Math.min(concurrency, symbols.length) }, () =>
    worker().catch((error: unknown) => {
      over.abort(OVER);
      throw error;
    }),
  );
  const results = await Promise.race([Promise.allSettled(workers), abortion(signal, over.signal)]);
  over.abort(OVER);
  const storeError = await writer.flush().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  signal?.throwIfAborted();
  for (const result of results ?? []) if (result.status === "rejected") throw result.reason;
  const skipped = symbols.filter((symbol) => !asked.has(symbol));
  return {
    calls,
    bars,
    days,
    ...(stop === undefined ? {} : { stoppedBy: { ...stop, skipped } }),
    ...(storeError === undefined ? {} : { storeError: storeError.error }),
  };
}

/** Resolves when the signal is aborted: a source that does not listen must not hold up the last upload. */
function abortion(signal: AbortSignal | undefined, ended: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve(undefined);
    else signal?.addEventListener("abort", () => resolve(undefined), { signal: ended });
  });
}

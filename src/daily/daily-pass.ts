import { type TradingDay, type Venue, kstDay } from "../core/index.js";
import { Budget, type Fetched, type Piece, PieceRun } from "../engine/index.js";
import {
  type ComparedDay,
  type Factor,
  type FactorHint,
  factorsInForce,
  newFactors,
} from "../factors/index.js";
import type { DailySettings } from "./daily-logger-options.js";
import type { DailyProgress } from "./daily-report.js";
import type { DailySource, SourceDailyBar } from "./daily-source.js";
import { type SymbolAnswer, type SymbolTask, fetchSymbol } from "./fetch-symbol.js";
import { finalFrom } from "./finality.js";
import type { Span } from "./plan-spans.js";
import { type DailyRow, type DailyStore, type DailyTable, type DayRows } from "./rows/index.js";

/** What a pass works on: the stocks, or the indices. */
export interface PassOptions {
  readonly source: DailySource;
  readonly rows: DailyStore;
  readonly venue: Venue;
  /** What is stored; new rows are set in it. */
  readonly table: DailyTable;
  readonly tasks: readonly SymbolTask[];
  /** Factors of all symbols in force. */
  readonly factors: readonly Factor[];
  /** What was suspected of symbols. */
  readonly hints: ReadonlyMap<string, FactorHint>;
  /** Rejects where nothing of this source may be written. */
  readonly beforeWrite: () => Promise<void>;
  readonly maxCalls: number;
  /** Monotonic ms. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DailyProgress) => void;
}

/** What a pass came to. */
export interface PassOutcome {
  readonly uploaded: { readonly key: string; readonly rows: number }[];
  readonly factors: Factor[];
  readonly failures: { readonly symbol: string; readonly error: unknown }[];
  readonly calls: number;
  readonly rows: number;
  readonly provisional: number;
  readonly stopped: "maxCalls" | "deadline" | undefined;
  /** What ended it for all symbols. */
  readonly fault: unknown;
}

type DailyPiece = Piece & { readonly task: SymbolTask };
type DailyFetched = Fetched & { readonly answer: SymbolAnswer };

/** New rows of the symbols that were asked for one span. */
interface SpanRows {
  readonly span: Span;
  readonly days: Map<TradingDay, Map<string, number[]>>;
  readonly rows: (readonly [symbol: string, index: number, row: DailyRow])[];
}

/** When what was fetched is stored: a night of the whole market makes a handful of objects. */
const BATCH = { pieces: 1000, ms: 60_000 } as const;

/** Fetches and stores; what one symbol does wrong costs that symbol. */
export async function runPass(settings: DailySettings, options: PassOptions): Promise<PassOutcome> {
  const { clock, concurrency } = settings;
  const { tasks, signal, onProgress } = options;
  const pieces = tasks.map((task) => ({
    task,
    group: "rows",
    calls: task.spans.length + task.adjusted.length,
  }));
  const { ratePerSecond = 18 } = settings.source.capacity ?? {};
  const budget = new Budget({
    plannedCalls: pieces.reduce((sum, { calls }) => sum + calls, 0),
    ratePerSecond,
    concurrency,
    maxCalls: options.maxCalls,
    deadlineAt: options.deadlineAt,
  });
  const batches = new PassBatches(settings, options);
  const run: PieceRun<DailyPiece, DailyFetched> = new PieceRun({
    pieces,
    fetch: (piece, how) => fetchPiece(settings, options, piece, how),
    store: (batch) => batches.store(batch.map(({ piece, fetched }) => ({ piece, answer: fetched.answer }))),
    clock,
    budget,
    concurrency,
    window: BATCH.pieces + concurrency,
    batch: BATCH,
    onChange: () =>
      onProgress({
        done: run.settled,
        total: pieces.length,
        failed: run.failed,
        calls: budget.calls,
        ...budget.read(clock.monotonic()),
      }),
  });
  const failures: { symbol: string; error: unknown }[] = [];
  let rows = 0;
  for await (const { piece, fetched, error } of run.results(signal)) {
    rows += fetched?.rows ?? 0;
    if (error !== undefined) failures.push({ symbol: piece.task.symbol, error });
  }
  const { stopReason, fault } = run;
  const { uploaded, factors, provisional } = batches;
  return {
    uploaded,
    factors,
    provisional,
    failures,
    calls: budget.calls,
    rows,
    stopped: stopReason === "maxCalls" || stopReason === "deadline" ? stopReason : undefined,
    fault: stopReason === "source" ? fault?.error : undefined,
  };
}

async function fetchPiece(
  { clock, calendar }: DailySettings,
  { source, venue }: PassOptions,
  { task }: DailyPiece,
  how: { readonly signal: AbortSignal; readonly onCall: () => void },
): Promise<DailyFetched> {
  const now = clock.now();
  const answer = await fetchSymbol(task, {
    ...how,
    source,
    venue,
    now,
    closeOf: (day) => calendar.session(day, { venue })?.close,
    isOver: (day) => now >= finalFrom(calendar, day),
  });
  const { calls, rows, error } = answer;
  // An answer that found no change of scale is stored as well: as a note that it was looked at.
  return {
    answer,
    calls,
    rows: rows + (answer.adjusted?.length ?? 0),
    ...(error === undefined ? {} : { error }),
  };
}

/** Stores what was fetched: factors, then rows, then the note that the scale was looked at. */
class PassBatches {
  readonly uploaded: { key: string; rows: number }[] = [];
  readonly factors: Factor[] = [];
  provisional = 0;
  readonly #settings: DailySettings;
  readonly #options: PassOptions;

  constructor(settings: DailySettings, options: PassOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  /**
   * Rows come after the factors that they need: where rows are, nobody looks at so many days again. A kill in between
   * leaves factors alone, which the next pass finds to be right, or rows without the note, and the scale is looked at
   * once more.
   */
  async store(
    batch: readonly { readonly piece: DailyPiece; readonly answer: SymbolAnswer }[],
  ): Promise<ReadonlyMap<string, unknown>> {
    try {
      await this.#options.beforeWrite();
      const groups = this.#takeRows(batch);
      const looked = batch.filter(
        ({ piece, answer }) => piece.task.adjusted.length > 0 && answer.adjusted !== undefined,
      );
      const found = looked.flatMap(({ piece, answer }) =>
        this.#compare(piece.task.symbol, answer.adjusted ?? []),
      );
      await this.#settings.factorLog.append(found);
      await this.#writeRows(groups);
      this.factors.push(...found);
      const today = kstDay(this.#settings.clock.now());
      await this.#settings.sweeps.append(
        today,
        looked.map(({ piece }) => piece.task.symbol),
      );
      return new Map();
    } catch (error) {
      return new Map([["rows", error]]);
    }
  }

  /** What is new, by span; the table has it from now on. */
  #takeRows(
    batch: readonly { readonly piece: DailyPiece; readonly answer: SymbolAnswer }[],
  ): readonly SpanRows[] {
    const { table } = this.#options;
    const readAt = this.#settings.clock.now();
    const bySpan = new Map<string, SpanRows>();
    for (const { piece, answer } of batch) {
      const { symbol, isFirst } = piece.task;
      // A first load without its factors would pass for one with none.
      if (isFirst && answer.adjusted === undefined) continue;
      for (const { span, rows } of answer.raw) {
        const name = `${span.from} ${span.to}`;
        const group: SpanRows = bySpan.get(name) ?? { span, days: new Map(), rows: [] };
        bySpan.set(name, group);
        for (const [day, row] of rows) {
          const index = table.indexOf(day);
          if (index < 0 || isStoredSo(table, symbol, index, row)) continue;
          const ofDay = group.days.get(day) ?? new Map<string, number[]>();
          group.days.set(day, ofDay.set(symbol, numbersOf(row)));
          group.rows.push([symbol, index, row]);
          table.set(symbol, index, { ...row, readAt });
        }
      }
    }
    return [...bySpan.values()];
  }

  /** One object for all symbols that were asked for the same span. */
  async #writeRows(groups: readonly SpanRows[]): Promise<void> {
    const { rows: store, venue } = this.#options;
    for (const { span, days, rows } of groups) {
      const ascending: DayRows[] = [...days.keys()]
        .sort()
        .map((day) => ({ day, rows: days.get(day) ?? new Map<string, number[]>() }));
      const key = await store.write({ venue, ...span }, ascending);
      if (key === undefined) continue;
      this.uploaded.push({ key, rows: rows.length });
      this.provisional += rows.filter(([, , row]) => !row.isFinal).length;
    }
  }

  #compare(symbol: string, adjusted: readonly SourceDailyBar[]): Factor[] {
    const { table, hints } = this.#options;
    const { clock, logger, calendar } = this.#settings;
    const days: ComparedDay[] = [];
    for (const bar of adjusted.toSorted((a, b) => (a.tradingDay < b.tradingDay ? -1 : 1))) {
      const row = table.get(symbol, table.indexOf(bar.tradingDay));
      // A row that moves may have moved between the two reads: it would pass for a change of scale.
      if (row === undefined || !row.isFinal || !bar.isFinal) continue;
      days.push({
        tradingDay: bar.tradingDay,
        raw: [row.open ?? 0, row.high ?? 0, row.low ?? 0, row.close],
        adjusted: [bar.open, bar.high, bar.low, bar.close],
        rawVolume: row.volume,
        adjustedVolume: bar.volume,
      });
    }
    const known = factorsInForce(
      [...this.#options.factors, ...this.factors].filter((factor) => factor.symbol === symbol),
    );
    const observedAt = clock.now();
    const last = days.at(-1)?.tradingDay;
    if (last === undefined) return [];
    const nextDay = calendar.nextTradingDay(last);
    const found = newFactors({ symbol, days, nextDay, known, observedAt, hint: hints.get(symbol) });
    if (found.length > 0) logger.info({ symbol, factors: found }, "a symbol's prices are on a new scale");
    return found;
  }
}

const numbersOf = ({ open, high, low, close, volume, turnover, isFinal }: DailyRow): number[] => [
  open ?? Number.NaN,
  high ?? Number.NaN,
  low ?? Number.NaN,
  close,
  volume,
  turnover ?? Number.NaN,
  isFinal ? 1 : 0,
];

/** A final row is never replaced by one that is not; an equal one is no news. */
function isStoredSo(table: DailyTable, symbol: string, index: number, row: DailyRow): boolean {
  const stored = table.get(symbol, index);
  if (stored === undefined) return false;
  if (stored.isFinal && !row.isFinal) return true;
  const [before, after] = [numbersOf(stored), numbersOf(row)];
  return before.every((value, at) => Object.is(value, after[at]));
}

import { type TradingCalendar, morningAfter } from "../calendar/index.js";
import { type TradingDay, type Venue, isHantooError, kstDay } from "../core/index.js";
import { Budget, type Fetched, type Piece, PieceRun } from "../engine/index.js";
import { type Factor, type FactorHint, addEvidence } from "../factors/index.js";
import type { DailySettings } from "./daily-logger-options.js";
import type { DailyProgress } from "./daily-report.js";
import type { DailySource } from "./daily-source.js";
import { type SymbolAnswer, type SymbolTask, fetchSymbol } from "./fetch-symbol.js";
import type { Span } from "./plan-spans.js";
import {
  type AskedSpan,
  type DailyRow,
  type DailyStore,
  type DailyTable,
  type DayRows,
} from "./rows/index.js";
import { askWitness, checkScale } from "./scale-check.js";

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
  /** What is suspected, by symbol. */
  readonly hints: ReadonlyMap<string, FactorHint>;
  /** Rejects if nothing of this source may be written. */
  readonly beforeWrite: () => Promise<void>;
  readonly maxCalls: number;
  /** Monotonic ms. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DailyProgress) => void;
}

/** The outcome of a pass. */
export interface PassOutcome {
  readonly uploaded: { readonly key: string; readonly rows: number }[];
  readonly factors: Factor[];
  readonly failures: { readonly symbol: string; readonly error: unknown }[];
  /** Symbols whose scale was checked, with the result stored. */
  readonly looked: ReadonlySet<string>;
  readonly calls: number;
  readonly rows: number;
  readonly provisional: number;
  readonly stopped: "maxCalls" | "deadline" | undefined;
  /** The error that ended the pass for all symbols. */
  readonly fault: unknown;
}

type DailyPiece = Piece & { readonly task: SymbolTask };
type DailyFetched = Fetched & {
  readonly answer: SymbolAnswer;
  /** Epoch ms. */
  readonly askedAt: number;
  readonly found: readonly Factor[];
};

/** New rows of the symbols that were asked for one span. */
interface SpanRows {
  readonly span: Span;
  readonly days: Map<TradingDay, Map<string, number[]>>;
  readonly rows: (readonly [symbol: string, index: number, row: DailyRow])[];
}

/** When fetched rows are stored: a night of the whole market makes a few objects. */
const BATCH = { pieces: 1000, ms: 60_000 } as const;

/** Fetches and stores. A symbol that fails does not stop the others. */
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
    store: (batch) => batches.store(batch.map(({ piece, fetched }) => ({ piece, ...fetched }))),
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
    if (fetched !== undefined) rows += rowsOf(fetched.answer);
    if (error !== undefined) failures.push({ symbol: piece.task.symbol, error });
  }
  const { stopReason, fault } = run;
  // Rows of another kind under the prefix: no symbol will do better.
  const isRefused = fault?.by === "store" && isHantooError(fault.error) && fault.error.code === "config";
  const { uploaded, factors, looked, provisional } = batches;
  return {
    uploaded,
    factors,
    looked,
    provisional,
    failures,
    calls: budget.calls,
    rows,
    stopped: stopReason === "maxCalls" || stopReason === "deadline" ? stopReason : undefined,
    fault: stopReason === "source" || isRefused ? fault?.error : undefined,
  };
}

async function fetchPiece(
  settings: DailySettings,
  options: PassOptions,
  { task }: DailyPiece,
  how: { readonly signal: AbortSignal; readonly onCall: () => void },
): Promise<DailyFetched> {
  const { clock, calendar, logger } = settings;
  const { source, venue } = options;
  const now = clock.now();
  const answer = await fetchSymbol(task, {
    ...how,
    source,
    venue,
    now,
    logger,
    closeOf: (day) => calendar.session(day, { venue })?.close,
    isOver: (day) => now >= morningAfter(calendar, day),
  });
  const { calls, error } = answer;
  const { found, asked } = await findFactors(settings, options, { task, answer, how });
  // An answer without a row or a change of scale counts as a row, too: it is stored as a note.
  return {
    answer,
    askedAt: now,
    found,
    calls: calls + asked,
    rows: rowsOf(answer) + rowlessSpans(answer, calendar).length,
    ...(error === undefined ? {} : { error }),
  };
}

const rowsOf = ({ rows, adjusted }: SymbolAnswer): number => rows + (adjusted?.length ?? 0);

/** The days after the newest row of each span; the whole span if it has no row. */
function rowlessSpans({ raw }: SymbolAnswer, calendar: TradingCalendar): readonly Span[] {
  return raw.flatMap(({ span, rows }) => {
    const newest = [...rows.keys()].reduce((last, day) => (day > last ? day : last), "");
    if (newest >= span.to) return [];
    return newest === "" ? [span] : [{ from: calendar.nextTradingDay(newest), to: span.to }];
  });
}

/** The changes of scale that the prices show, with what the depository says of them. `asked`: the calls this took. */
async function findFactors(
  { clock, calendar, logger }: DailySettings,
  { source, table, factors, hints }: PassOptions,
  fetched: {
    readonly task: SymbolTask;
    readonly answer: SymbolAnswer;
    readonly how: { readonly signal: AbortSignal; readonly onCall: () => void };
  },
): Promise<{ readonly found: readonly Factor[]; readonly asked: number }> {
  const { task, answer, how } = fetched;
  const { symbol } = task;
  if (answer.adjusted === undefined || task.adjusted.length === 0) return { found: [], asked: 0 };
  const check = {
    symbol,
    answer,
    table,
    known: factors.filter((factor) => factor.symbol === symbol),
    nextDay: (day: TradingDay) => calendar.nextTradingDay(day),
    observedAt: clock.now(),
  };
  const found: Factor[] = [];
  let asked = 0;
  const onCall = (): void => {
    how.onCall();
    asked++;
  };
  for (const factor of checkScale({ ...check, hint: hints.get(symbol) })) {
    // A factor that is taken back needs no witness.
    const isChange = factor.priceFactor !== 1;
    const witness = isChange ? await askWitness(factor, { source, logger, ...how, onCall }) : undefined;
    found.push(witness === undefined ? factor : addEvidence(factor, witness));
  }
  if (found.length > 0) logger.info({ symbol, factors: found }, "a symbol's prices are on a new scale");
  return { found, asked };
}

/** Stores what was fetched: factors, then rows, then the note that the scale was checked. */
class PassBatches {
  readonly uploaded: { key: string; rows: number }[] = [];
  readonly factors: Factor[] = [];
  readonly looked = new Set<string>();
  provisional = 0;
  readonly #settings: DailySettings;
  readonly #options: PassOptions;

  constructor(settings: DailySettings, options: PassOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  /**
   * Rows come after the factors that they need, since days with rows are not compared in full again. A kill in between
   * leaves factors without rows, which the next pass finds right, or rows without the note, and the scale is checked once
   * more.
   */
  async store(
    batch: readonly (DailyFetched & { readonly piece: DailyPiece })[],
  ): Promise<ReadonlyMap<string, unknown>> {
    try {
      await this.#options.beforeWrite();
      const groups = this.#takeRows(batch);
      const looked = batch.filter(
        ({ piece, answer }) => piece.task.adjusted.length > 0 && answer.adjusted !== undefined,
      );
      const found = looked.flatMap((fetched) => fetched.found);
      await this.#settings.factorLog.append(found);
      await this.#writeRows(groups);
      await this.#noteRowless(batch);
      this.factors.push(...found);
      const today = kstDay(this.#settings.clock.now());
      await this.#settings.sweeps.append(
        today,
        looked.map(({ piece }) => piece.task.symbol),
      );
      for (const { piece } of looked) this.looked.add(piece.task.symbol);
      return new Map();
    } catch (error) {
      return new Map([["rows", error]]);
    }
  }

  /** Notes the days without a row, which no object shows. */
  async #noteRowless(batch: readonly (DailyFetched & { readonly piece: DailyPiece })[]): Promise<void> {
    const { stocks, askedLog, calendar, clock } = this.#settings;
    const { rows: store, table } = this.#options;
    if (store !== stocks) return;
    const rowless = new Map<string, AskedSpan[]>();
    for (const { piece, answer, askedAt } of batch) {
      const spans = rowlessSpans(answer, calendar).map((span) => ({ ...span, readAt: askedAt }));
      if (spans.length > 0) rowless.set(piece.task.symbol, spans);
    }
    await askedLog.note(rowless, { since: table.days[0] ?? "", now: clock.now() });
  }

  /** Puts new rows into the table. @returns them by span. */
  #takeRows(
    batch: readonly { readonly piece: DailyPiece; readonly answer: SymbolAnswer }[],
  ): readonly SpanRows[] {
    const { table } = this.#options;
    const readAt = this.#settings.clock.now();
    const bySpan = new Map<string, SpanRows>();
    for (const { piece, answer } of batch) {
      const { symbol, isFirst } = piece.task;
      // A first load without its factors would look like a symbol without any.
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

  /** Writes one object for all symbols that were asked for the same span. */
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

/** Whether the stored row stays: it is equal, or it is final and the new one is not. */
function isStoredSo(table: DailyTable, symbol: string, index: number, row: DailyRow): boolean {
  const stored = table.get(symbol, index);
  if (stored === undefined) return false;
  if (stored.isFinal && !row.isFinal) return true;
  const [before, after] = [numbersOf(stored), numbersOf(row)];
  return before.every((value, at) => Object.is(value, after[at]));
}

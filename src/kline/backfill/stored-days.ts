import type { TradingDay } from "../../core/index.js";
import type { PlanFacts, PlannedTarget } from "./plan.js";
import type { DaySurvey } from "./survey.js";
import type { Answered } from "../../engine/index.js";
import type { SymbolDay } from "../evidence/index.js";
import { type DayTable, type KlineStore, type WrittenObject, createDayTable } from "../../archive/index.js";

/** What is known of the store while a run writes to it. */
export interface StoredDays {
  /**
   * What is stored of a target's day. It is read once for all neighbouring targets of the day, and only if there is
   * something to read: a part of a target, or what another host has written since.
   */
  open(target: PlannedTarget): Promise<DayTable>;
  /** Keys that were written of a day. */
  writtenOf(tradingDay: TradingDay): ReadonlySet<string>;
  /** Stores a day's minutes as one object, and notes its key. @throws what the store throws. */
  write(table: DayTable): Promise<void>;
  /** Stores one object a day. @returns the days that could not be stored, and why. */
  store(batch: readonly Answered<PlannedTarget, SymbolDay>[]): Promise<ReadonlyMap<TradingDay, unknown>>;
}

interface StoredDaysOptions {
  readonly klineStore: Pick<KlineStore, "listDay" | "readDay">;
  readonly write: (table: DayTable) => Promise<readonly WrittenObject[]>;
  readonly facts: PlanFacts;
  readonly queue: readonly PlannedTarget[];
  readonly days: ReadonlyMap<TradingDay, DaySurvey>;
}

/** @returns the store's days, for targets in the order of `queue`. */
export function createStoredDays({
  klineStore,
  write: writeTable,
  facts,
  queue,
  days,
}: StoredDaysOptions): StoredDays {
  const { calendar, venue, hours } = facts;
  const emptyTable = (tradingDay: TradingDay): DayTable =>
    createDayTable({ tradingDay, venue, minutes: calendar.minutes(tradingDay, { venue, hours }) });
  const keys = new Map([...days].map(([day, survey]) => [day, new Set(survey.keys)]));
  const written = new Map<TradingDay, Set<string>>();
  const stretches = stretchesOf(queue);
  let current: { readonly symbols: ReadonlySet<string>; readonly table: Promise<DayTable> } | undefined;

  const read = async (day: TradingDay, symbols: ReadonlySet<string>): Promise<DayTable> => {
    const known = keys.get(day) ?? new Set();
    const isUnchanged = (await klineStore.listDay(day, venue)).every(({ key }) => known.has(key));
    const survey = days.get(day);
    const isStored = (symbol: string): boolean =>
      survey?.have.has(symbol) === true || survey?.rereads.has(symbol) === true;
    const needed = isUnchanged ? [...symbols].filter(isStored) : symbols;
    if ([...needed].length === 0) return emptyTable(day);
    return (await klineStore.readDay({ tradingDay: day, venue, hours, symbols: needed })).table;
  };

  /** Notes the objects of this run, so that they are not taken for another host's. */
  const wrote = (day: TradingDay, objects: readonly WrittenObject[]): void => {
    const known = keys.get(day) ?? new Set();
    const own = written.get(day) ?? new Set();
    for (const { key } of objects) {
      known.add(key);
      own.add(key);
    }
    keys.set(day, known);
    written.set(day, own);
  };

  const write = async (table: DayTable): Promise<void> => wrote(table.tradingDay, await writeTable(table));

  return {
    write,
    writtenOf: (day) => written.get(day) ?? new Set(),
    open(target) {
      const symbols = stretches.get(target) ?? new Set([target.symbol]);
      if (current?.symbols !== symbols) {
        const table = read(target.tradingDay, symbols);
        table.catch(() => undefined); // each target that waits for it gets the error
        current = { symbols, table };
      }
      return current.table;
    },
    async store(batch) {
      const tables = new Map<TradingDay, DayTable>();
      for (const { piece, fetched } of batch) {
        const table = tables.get(piece.tradingDay) ?? emptyTable(piece.tradingDay);
        tables.set(piece.tradingDay, table);
        for (const { index, cell } of fetched.cells) table.set(piece.symbol, index, cell);
      }
      const faults = new Map<TradingDay, unknown>();
      const tryWrite = (table: DayTable): Promise<void> =>
        write(table).catch((error: unknown) => void faults.set(table.tradingDay, error));
      await Promise.all([...tables.values()].map(tryWrite));
      return faults;
    },
  };
}

/** For each target, the symbols of all its neighbours of the same day. */
function stretchesOf(queue: readonly PlannedTarget[]): ReadonlyMap<PlannedTarget, ReadonlySet<string>> {
  const stretches = new Map<PlannedTarget, Set<string>>();
  let symbols = new Set<string>();
  let day: TradingDay | undefined;
  for (const target of queue) {
    if (target.tradingDay !== day) symbols = new Set();
    day = target.tradingDay;
    symbols.add(target.symbol);
    stretches.set(target, symbols);
  }
  return stretches;
}

import type { TradingDay } from "../../core/index.js";
import {
  type Cell,
  type DayListing,
  DayTable,
  type KlineStore,
  type Range,
  type SymbolCounts,
  countsIn,
} from "../../archive/index.js";
import { type CoverageRow, coverageRow } from "../evidence/index.js";

type RowFacts = Parameters<typeof coverageRow>[2];

/** The trading day to report on. */
interface DayCoverageOptions extends Pick<Range, "venue" | "hours" | "symbols"> {
  readonly klineStore: KlineStore;
  readonly tradingDay: TradingDay;
  readonly minutes: readonly number[];
  readonly listing: DayListing;
  /** What decides why a minute of a symbol is missing; which objects are damaged is added. */
  readonly factsOf: (symbol: string) => Omit<RowFacts, "damaged">;
  readonly signal?: AbortSignal | undefined;
}

/** What is stored of one day. It holds no table. */
export interface DayCoverage {
  /** Rows of the symbols with something stored. */
  readonly rows: ReadonlyMap<string, CoverageRow>;
  /** The row of a symbol without anything stored. */
  readonly emptyRow: (symbol: string) => CoverageRow;
}

const NO_PRICE = { open: null, high: null, low: null, close: null } as const;
const HOLE: Cell = { ...NO_PRICE, volume: null, accVolume: 0 };
const TRADED: Cell = { open: 1, high: 1, low: 1, close: 1, volume: 1, accVolume: 1 };

/** Reports what is stored of a day: from its manifest if that is in step, else from the objects. */
export async function dayCoverage(options: DayCoverageOptions): Promise<DayCoverage> {
  const { minutes, symbols, listing } = options;
  const { manifest } = listing;
  if (manifest === undefined) return ofObjects(options, symbols);
  const countsOf = countsIn(manifest, minutes);
  const rowOf = rowsByCounts(options);
  const rows = new Map<string, CoverageRow>();
  const unclear: string[] = [];
  for (const symbol of symbols ?? manifest.symbols) {
    const counts = countsOf(symbol);
    if (counts === "unclear") unclear.push(symbol);
    else if (counts !== "absent") rows.set(symbol, rowOf(symbol, counts));
  }
  const { rows: others, emptyRow } =
    unclear.length === 0 ? { rows: [], emptyRow: emptyRows(options, []) } : await ofObjects(options, unclear);
  for (const [symbol, row] of others) rows.set(symbol, row);
  return { rows, emptyRow };
}

async function ofObjects(
  options: DayCoverageOptions,
  symbols: readonly string[] | undefined,
): Promise<DayCoverage> {
  const { klineStore, tradingDay, venue, hours, factsOf, signal } = options;
  const { table, damaged } = await klineStore.readDay({ tradingDay, venue, hours, symbols, signal });
  const rows = new Map<string, CoverageRow>();
  for (const symbol of table.symbols())
    rows.set(symbol, coverageRow(table, symbol, { ...factsOf(symbol), damaged }));
  return { rows, emptyRow: emptyRows(options, damaged) };
}

/** Makes rows of symbols without anything stored. They differ only in their names and in whether fetching failed. */
export function emptyRows(
  {
    tradingDay,
    venue,
    minutes,
    factsOf,
  }: Pick<DayCoverageOptions, "tradingDay" | "venue" | "minutes" | "factsOf">,
  damaged: RowFacts["damaged"],
): (symbol: string) => CoverageRow {
  const none = new DayTable({ tradingDay, venue, minutes });
  const made = new Map<string, CoverageRow>();
  return (symbol) => {
    const facts = factsOf(symbol);
    const like = `${String(facts.failed)} ${String(facts.rescaled)}`;
    const row = made.get(like) ?? coverageRow(none, symbol, { ...facts, damaged });
    made.set(like, row);
    return { ...row, symbol };
  };
}

/** Makes rows from a manifest's counts. Most symbols of a day have the same counts and share one computed row. */
function rowsByCounts({
  tradingDay,
  venue,
  minutes,
  factsOf,
}: DayCoverageOptions): (symbol: string, counts: SymbolCounts) => CoverageRow {
  const made = new Map<string, CoverageRow>();
  return (symbol, { first, last, holes, untraded }) => {
    const facts = factsOf(symbol);
    const like = [first, last, ...holes, String(facts.failed), String(facts.rescaled)].join(" ");
    let row = made.get(like);
    if (row === undefined) {
      const table = new DayTable({ tradingDay, venue, minutes });
      for (let index = first; index <= last; index++) table.set(symbol, index, TRADED);
      for (const index of holes) table.set(symbol, index, HOLE);
      row = coverageRow(table, symbol, { ...facts, damaged: [] });
      made.set(like, row);
    }
    return { ...row, symbol, untraded };
  };
}

import type { TradingCalendar } from "../../calendar/index.js";
import type { Hours } from "../../core/index.js";
import { type DayTable, isStored } from "../day-table.js";
import { encodeColumns } from "./encode-columns.js";
import {
  type DayManifest,
  columnsKey,
  formatManifest,
  formatMinute,
  manifestKey,
  sourcesDigest,
} from "./manifest.js";
import { sha256Of } from "./manifest.js";
import type { ColumnsDay } from "./read-columns-day.js";

/** The day to write, and what its manifest says of it. */
interface WriteColumnsOptions extends ColumnsDay {
  readonly table: DayTable;
  /** Keys of the objects that `table` merges, relative to the prefix. */
  readonly sources: readonly string[];
  /** Where the bars came from. */
  readonly source: string;
  readonly calendar: TradingCalendar;
  /** Of the manifest before: when each symbol's day was last read in full. */
  readonly before?: DayManifest | undefined;
}

/**
 * Writes a day's columns and then their manifest, so that a reader between the two sees that they differ and reads the
 * objects.
 *
 * @returns the manifest; or why the day cannot be held in columns.
 */
export async function writeColumns(
  options: WriteColumnsOptions,
): Promise<DayManifest | { readonly unfit: string }> {
  const { store, prefix, venue, tradingDay, table, source, calendar, before } = options;
  const sources = options.sources.toSorted();
  const sourcesSha256 = sourcesDigest(sources);
  const library = await import("hyparquet-writer");
  const encoded = encodeColumns(table, library, { hantoo: "hantoo-columns/1", sourcesSha256 });
  if ("unfit" in encoded) return encoded;
  const { bytes, rows, groups } = encoded;
  const manifest: DayManifest = {
    schema: "hantoo-columns/1",
    venue,
    date: tradingDay,
    hours: hoursOf(table, calendar),
    source,
    sources,
    sourcesSha256,
    rows,
    bytes: bytes.length,
    sha256: sha256Of(bytes),
    groups,
    ...countsOf(table, before),
  };
  await store.put(columnsKey(prefix, venue, tradingDay), bytes);
  await writeManifest(options, manifest);
  return manifest;
}

export async function writeManifest(
  { store, prefix, venue, tradingDay }: ColumnsDay,
  manifest: DayManifest,
): Promise<void> {
  await store.put(manifestKey(prefix, venue, tradingDay), formatManifest(manifest));
}

/** `"regular"` where every stored minute is one of the regular session. */
function hoursOf(table: DayTable, calendar: TradingCalendar): Hours {
  const { tradingDay, venue, minutes } = table;
  const regular = new Set(calendar.minutes(tradingDay, { venue, hours: "regular" }));
  const beyond = [...minutes.keys()].filter((index) => !regular.has(minutes[index] ?? 0));
  return table.symbols().some((symbol) => beyond.some((index) => table.has(symbol, index)))
    ? "all"
    : "regular";
}

type Counts = Pick<
  DayManifest,
  "symbols" | "have" | "traded" | "first" | "last" | "readAt" | "lost" | "broken" | "unproved"
>;

function countsOf(table: DayTable, before: DayManifest | undefined): Counts {
  const symbols = table.symbols();
  const length = table.minutes.length;
  const readBefore = new Map(before?.symbols.map((symbol, at) => [symbol, before.readAt[at] ?? null]));
  const minutes = table.minutes.map(formatMinute);
  const counts = {
    symbols,
    have: symbols.map((symbol) => table.symbolCellCount(symbol)),
    traded: [] as number[],
    first: [] as string[],
    last: [] as string[],
    readAt: symbols.map((symbol) => readBefore.get(symbol) ?? null),
    lost: {} as Record<string, string[]>,
    broken: [] as string[],
  };
  for (const symbol of symbols) {
    const numbers = table.columns(symbol) ?? new Float64Array();
    const volumes = table.column(symbol, "volume") ?? new Float64Array();
    let traded = 0;
    let first = "";
    let last = "";
    const lost: string[] = [];
    let isBroken = false;
    for (let index = 0; index < length; index++) {
      if (!isStored(numbers, length, index)) continue;
      const minute = minutes[index] ?? "";
      if (first === "") first = minute;
      last = minute;
      const volume = volumes[index] ?? Number.NaN;
      if (volume > 0) {
        traded++;
        isBroken ||= [0, 1, 2, 3].some((price) => !((numbers[price * length + index] ?? 0) > 0));
      } else if (Number.isNaN(volume)) lost.push(minute);
    }
    counts.traded.push(traded);
    counts.first.push(first);
    counts.last.push(last);
    if (isBroken) counts.broken.push(symbol);
    if (lost.length > 0) counts.lost[symbol] = lost;
  }
  const unproved = symbols.filter((symbol) => table.isUnproved(symbol));
  return unproved.length > 0 ? { ...counts, unproved } : counts;
}

import type { TradingDay, Venue } from "../../core/index.js";
import { type ByteRange, type ObjectStore, getRange } from "../../storage/index.js";
import { TIME, type RowSpan, decodeGroup } from "./decode-group.js";
import { COLUMN_SCHEMA } from "./encode-columns.js";
import {
  type ColumnGroup,
  type DayManifest,
  columnsKey,
  manifestKey,
  type BriefManifest,
  parseManifest,
  parseBriefManifest,
  sha256Of,
} from "./manifest.js";

/** A day and venue in a store. */
export interface ColumnsDay {
  readonly store: ObjectStore;
  /** Beginning of the keys of the objects, not of the columns. */
  readonly prefix: string;
  readonly tradingDay: TradingDay;
  readonly venue: Venue;
}

/** Rows of one symbol out of the columns, ascending by time. */
export interface SymbolRows {
  readonly symbol: string;
  /** Epoch ms. */
  readonly time: Float64Array;
  /** Numbers by column name as stored (`acc_vol`), NaN for null; those that were asked for. */
  readonly values: ReadonlyMap<string, Float64Array>;
}

/** @returns a day's manifest; `undefined` if there is none, or it is torn. */
export async function readManifest(day: ColumnsDay): Promise<DayManifest | undefined> {
  const bytes = await day.store.get(manifestKey(day.prefix, day.venue, day.tradingDay));
  return bytes && parseManifest(bytes, day);
}

/** {@link readManifest} for readers of bars. */
export async function readBriefManifest(day: ColumnsDay): Promise<BriefManifest | undefined> {
  const bytes = await day.store.get(manifestKey(day.prefix, day.venue, day.tradingDay));
  return bytes && parseBriefManifest(bytes, day);
}

/** The names of the columns that hold numbers of a minute, in the order of `COLUMNS`. */
export const VALUE_COLUMNS: readonly string[] = COLUMN_SCHEMA.slice(TIME + 1).map(({ name }) => name);

/** The most unwanted groups that are fetched along between two wanted ones. */
const GAP_GROUPS = 1;

interface WantedGroup {
  readonly group: ColumnGroup;
  readonly spans: (RowSpan & { readonly symbol: string })[];
}

/**
 * Reads symbols of a day from its columns: fetches the groups that hold them and decodes little more than their pages.
 *
 * @param names - columns to read, as stored. @defaultValue all
 * @returns a symbol at a time, in the order of the columns; `undefined` if the Parquet object is not the one that the manifest describes.
 */
export async function readSymbols(
  day: ColumnsDay,
  manifest: BriefManifest,
  symbols: ReadonlySet<string> | undefined,
  names: readonly string[] = VALUE_COLUMNS,
): Promise<readonly SymbolRows[] | undefined> {
  const groups = wantedGroups(manifest, symbols);
  if (groups === undefined) return undefined;
  const key = columnsKey(day.prefix, day.venue, day.tradingDay);
  const places = new Map(names.map((name) => [name, VALUE_COLUMNS.indexOf(name) + TIME + 1]));
  const wanted = new Set([TIME, ...places.values()]);
  const [{ parquetHeader }, { readDataPageV2 }] = await Promise.all([
    import("hyparquet/src/column.js"),
    import("hyparquet/src/datapage.js"),
  ]);
  const pages = { parquetHeader, readDataPageV2 };
  const result: SymbolRows[] = [];
  for (const run of runsOf(groups, manifest.groups)) {
    const range = rangeOf(run);
    const bytes = await getRange(day.store, key, range);
    if (bytes === undefined) return undefined;
    for (const { group, spans } of run) {
      const start = group.offset - range.offset;
      const part = bytes.subarray(start, start + group.length);
      if (part.length !== group.length || sha256Of(part) !== group.sha256) return undefined;
      const columns = decodeGroup(part, group.rows, spans, wanted, pages);
      let at = 0;
      for (const { symbol, from, to } of spans) {
        const end = at + to - from;
        const cut = (place: number): Float64Array =>
          columns.get(place)?.subarray(at, end) ?? new Float64Array();
        const values = new Map([...places].map(([name, place]) => [name, cut(place)]));
        result.push({ symbol, time: cut(TIME), values });
        at = end;
      }
    }
  }
  return result;
}

/** The groups that hold the symbols, and where in them; `undefined` if the manifest contradicts itself. */
function wantedGroups(
  manifest: BriefManifest,
  wanted: ReadonlySet<string> | undefined,
): readonly WantedGroup[] | undefined {
  const groups: WantedGroup[] = [];
  let at = 0;
  for (const group of manifest.groups) {
    const spans: WantedGroup["spans"] = [];
    let row = 0;
    while (row < group.rows) {
      const symbol = manifest.symbols[at];
      const rows = manifest.have[at] ?? 0;
      if (symbol === undefined || rows === 0 || row + rows > group.rows) return undefined;
      if (wanted === undefined || wanted.has(symbol)) spans.push({ symbol, from: row, to: row + rows });
      row += rows;
      at++;
    }
    if (spans.length > 0) groups.push({ group, spans });
  }
  return groups;
}

/** Groups that are close together, to be fetched in one request. */
function runsOf(groups: readonly WantedGroup[], all: readonly ColumnGroup[]): WantedGroup[][] {
  const runs: WantedGroup[][] = [];
  for (const wanted of groups) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    const gap = before && all.indexOf(wanted.group) - all.indexOf(before.group) - 1;
    if (run === undefined || gap === undefined || gap > GAP_GROUPS || run.length >= MOST_TOGETHER)
      runs.push([wanted]);
    else run.push(wanted);
  }
  return runs;
}

/** The most groups in one request: about 4 MB. */
const MOST_TOGETHER = 32;

function rangeOf(run: readonly WantedGroup[]): ByteRange {
  const offset = run[0]?.group.offset ?? 0;
  const last = run.at(-1)?.group;
  return { offset, length: (last?.offset ?? 0) + (last?.length ?? 0) - offset };
}

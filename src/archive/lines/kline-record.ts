import { ConfigError } from "../../core/index.js";
import { type DayTable, isStored } from "../day-table.js";
import { MAX_NUMBER_BYTES, writeNumber } from "./line-bytes.js";
import { formatTimestamp, parseTimestamp } from "./timestamp.js";

/** A column of a stored line, by its name there. */
export type KlineField = "open" | "high" | "low" | "close" | "volume" | "acc_vol" | "turnover";

/** The columns of a stored line unless the writer asks for more. */
export const DEFAULT_FIELDS: readonly KlineField[] = ["open", "high", "low", "close", "volume", "acc_vol"];

/** One minute of many symbols, as a line of an object says it. */
export interface KlineRecord {
  /** KST minute, `"2026-11-20_09:00"`. */
  readonly timestamp: string;
  /** Epoch ms of the START of the minute. */
  readonly time: number;
  /** What the numbers of each symbol mean, in order. */
  readonly fields: readonly KlineField[];
  /**
   * Numbers by symbol; the prices are `null` before the symbol's first trade of the day, and the prices and the
   * volume in a hole: a minute that traded, and that nobody can read.
   */
  readonly data: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Stored name of each column of a {@link DayTable}, in the order of {@link COLUMNS}. */
export const ALL_FIELDS: readonly KlineField[] = [...DEFAULT_FIELDS, "turnover"];

/** @returns `fields`, checked. @throws {@link ConfigError} unless the six default ones are there, each once. */
export function checkFields(fields: readonly unknown[], option = "fields"): readonly KlineField[] {
  if (!Array.isArray(fields))
    throw new ConfigError(option, `an array such as ${JSON.stringify(DEFAULT_FIELDS)}`, fields);
  const known = fields.filter((field): field is KlineField => ALL_FIELDS.includes(field as KlineField));
  const complete = DEFAULT_FIELDS.every((field) => known.includes(field));
  if (!complete || known.length !== fields.length || new Set(fields).size !== fields.length) {
    const expected = `${JSON.stringify(DEFAULT_FIELDS)} in any order, "turnover" beside them if wanted`;
    throw new ConfigError(option, expected, fields);
  }
  return known;
}

/** Where each field is found in the numbers of a {@link DayTable}, in the order of `fields`. */
export function columnsOf(fields: readonly KlineField[]): readonly number[] {
  return fields.map((field) => ALL_FIELDS.indexOf(field));
}

/**
 * The stored form of all cells of a table: JSON lines, one line a minute, ascending, symbols sorted by code unit.
 * Equal content is equal bytes.
 */
export function formatDay(table: DayTable, fields: readonly KlineField[] = DEFAULT_FIELDS): Buffer {
  const { minutes } = table;
  const columns = columnsOf(fields);
  const rows = table.symbols().map((symbol) => ({
    key: Buffer.from(`,"${symbol}":[`, "latin1"), // symbols and numbers are ASCII
    values: table.columns(symbol) ?? new Float64Array(),
  }));
  const maxLine =
    256 + rows.reduce((sum, { key }) => sum + key.length + fields.length * (MAX_NUMBER_BYTES + 1) + 1, 0);
  // 45 bytes a cell were seen in a market's day; the buffer grows where that is too little.
  let bytes = Buffer.allocUnsafe(maxLine + table.cellCount() * 48);
  let at = 0;
  for (const [index, minute] of minutes.entries()) {
    if (bytes.length - at < maxLine)
      bytes = Buffer.concat([bytes.subarray(0, at)], Math.ceil((at + maxLine) * 1.5));
    const start = at;
    at += bytes.write(
      `{"timestamp":"${formatTimestamp(minute)}","fields":${JSON.stringify(fields)},"data":{`,
      at,
    );
    const first = at;
    for (const { key, values } of rows) {
      if (!isStored(values, minutes.length, index)) continue;
      for (let offset = at === first ? 1 : 0; offset < key.length; offset++)
        bytes[at++] = key[offset] as number;
      for (let field = 0; field < columns.length; field++) {
        if (field > 0) bytes[at++] = COMMA;
        at = writeNumber(bytes, at, values[(columns[field] as number) * minutes.length + index] as number);
      }
      bytes[at++] = BRACKET;
    }
    if (at === first) at = start; // nothing is known of this minute
    else at += bytes.write("}}\n", at);
  }
  return bytes.subarray(0, at);
}

const COMMA = 44;
const BRACKET = 93;

/** A line read back, values as they stand there. */
interface ParsedLine {
  readonly time: number;
  /** Names of the values, in order; names we do not know among them. */
  readonly fields: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** @returns the line, or the reason why it is no kline record. */
export function parseLine(text: string): ParsedLine | { readonly damage: string } {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return { damage: "a line is no JSON" };
  }
  if (!isObject(line)) return { damage: "a line is no JSON object" };
  const { timestamp, fields, data } = line;
  const time = typeof timestamp === "string" ? parseTimestamp(timestamp) : undefined;
  if (time === undefined) return { damage: "a line has no timestamp of a known form" };
  if (!Array.isArray(fields) || !fields.every((field): field is string => typeof field === "string")) {
    return { damage: "a line does not name its fields" };
  }
  if (!isObject(data)) return { damage: "a line has no data" };
  return { time, fields, data };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

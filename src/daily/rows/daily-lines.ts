import { type TradingDay, isTradingDayText } from "../../core/index.js";
import { DAILY_COLUMNS } from "./daily-table.js";

/** The columns of a stored line, in order. */
export const DAILY_FIELDS = ["open", "high", "low", "close", "volume", "turnover", "final"] as const;
const FIELDS_TEXT = JSON.stringify(DAILY_FIELDS);

/** Rows of one day to be stored. */
export interface DayRows {
  readonly day: TradingDay;
  /** Numbers in the order of {@link DAILY_FIELDS}, NaN for null, by symbol. */
  readonly rows: ReadonlyMap<string, ArrayLike<number>>;
}

/** The stored form: JSON lines, one a day, ascending, symbols sorted by code unit. Equal content is equal bytes. */
export function formatDays(days: readonly DayRows[]): Buffer {
  const lines = days.map(({ day, rows }) => {
    const data = [...rows.keys()].sort().map((symbol) => {
      const numbers = Array.from(rows.get(symbol) ?? [], (value) =>
        Number.isNaN(value) ? "null" : String(value),
      );
      // Text, not an object: JSON.stringify would write integer-like keys first.
      return `"${symbol}":[${numbers.join(",")}]`;
    });
    return `{"date":"${day}","fields":${FIELDS_TEXT},"data":{${data.join(",")}}}\n`;
  });
  return Buffer.from(lines.join(""), "latin1"); // symbols and numbers are ASCII
}

/** Takes a row: its numbers in the order of {@link DAILY_COLUMNS} but for `readAt`, in an array that is used again. */
export type TakeRow = (symbol: string, day: TradingDay, numbers: Float64Array) => void;

/** A stock's or an index's code. */
const CODE = /^[0-9A-Z]{4,9}$/;

/** Which rows of an object are wanted. */
export interface WantedRows {
  /** @defaultValue all */
  readonly symbols?: ReadonlySet<string> | undefined;
  /** Days whose rows are wanted; others are skipped unread. @defaultValue all */
  readonly isWanted?: ((day: TradingDay) => boolean) | undefined;
}

/**
 * Reads the lines of an object, by the names of their fields.
 *
 * @returns why it is no daily object, at its first bad line; rows taken before must then be forgotten. `undefined` for a
 * good one.
 */
export function parseDays(
  content: Buffer,
  take: TakeRow,
  { symbols, isWanted = () => true }: WantedRows = {},
): { readonly damage: string } | undefined {
  const numbers = new Float64Array(DAILY_COLUMNS.length);
  let last = "";
  for (const text of content.toString("latin1").split("\n")) {
    if (text === "") continue;
    const day = HEAD.exec(text)?.[1];
    if (day !== undefined && text.endsWith("}}") && day > last && isTradingDayText(day) && !isWanted(day)) {
      last = day;
      continue;
    }
    const line = (symbols && fewOf(text, symbols)) ?? parseLine(text);
    if (line === undefined) return { damage: "a line is no daily record" };
    const { date, columns, data } = line;
    if (date <= last) return { damage: "its days do not ascend" };
    last = date;
    if (!isWanted(date)) continue;
    for (const [symbol, values] of Object.entries(data)) {
      if (symbols !== undefined && !symbols.has(symbol)) continue;
      numbers.fill(Number.NaN);
      if (!CODE.test(symbol) || !Array.isArray(values) || !readNumbers(values, columns, numbers))
        return { damage: `the row of ${date} is no daily row` };
      take(symbol, date, numbers);
    }
  }
  return undefined;
}

/** The beginning of a line as we write it. */
const HEAD = /^\{"date":"(\d{4}-\d\d-\d\d)","fields":\[[^\]]*\],"data":\{/;
/** Up to so many symbols are looked for in the text: a market's line has 4,000. */
const FEW = 8;

/** Reads only a few symbols of a line; `undefined` if the line is not written as we write it. */
function fewOf(text: string, symbols: ReadonlySet<string>): ReturnType<typeof parseLine> {
  const head = symbols.size > FEW || !text.endsWith("}}") ? undefined : HEAD.exec(text)?.[0];
  if (head === undefined) return undefined;
  const entries: string[] = [];
  for (const symbol of symbols) {
    const at = text.indexOf(`"${symbol}":[`, head.length);
    const end = at < 0 ? -1 : text.indexOf("]", at);
    if (end >= 0) entries.push(text.slice(at, end + 1));
  }
  return parseLine(`${head}${entries.join(",")}}}`);
}

function readNumbers(values: readonly unknown[], columns: readonly number[], into: Float64Array): boolean {
  for (const [at, value] of values.entries()) {
    const column = columns[at] ?? -1;
    if (column < 0 || value === null) continue;
    if (typeof value !== "number" || !(value >= 0)) return false;
    into[column] = value;
  }
  const [open, high, low, close, volume, , final] = into as unknown as number[];
  const isPriced = [open, high, low].every((price) => !Number.isNaN(price));
  const isHalted = [open, high, low].every((price) => Number.isNaN(price)) && volume === 0;
  return (isPriced || isHalted) && [close, volume].every(Number.isFinite) && (final === 0 || final === 1);
}

function parseLine(
  text: string,
): { readonly date: TradingDay; readonly columns: readonly number[]; readonly data: object } | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof line !== "object" || line === null) return undefined;
  const { date, fields, data } = line as Record<string, unknown>;
  if (!isTradingDayText(date) || !Array.isArray(fields)) return undefined;
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  return { date, columns: fields.map((field) => DAILY_COLUMNS.indexOf(field as never)), data };
}

import { isSymbolOrIndex, type TradingDay, type Venue } from "../../core/index.js";
import { CumulativeTurnover } from "./cumulative-turnover.js";
import { DayTable } from "../day-table.js";
import { ALL_FIELDS, parseLine } from "./kline-record.js";
import { LineBytes } from "./line-bytes.js";
import { parseTimestamp } from "./timestamp.js";

/** What an object's content must fit. */
interface ParseContentOptions {
  readonly tradingDay: TradingDay;
  readonly venue: Venue;
  /** Every minute at which the day can have a bar, epoch ms, ascending. */
  readonly minutes: readonly number[];
  /** Only these; others are passed over. @defaultValue all */
  readonly symbols?: ReadonlySet<string>;
}

/** One object's cells. */
export interface ParsedContent {
  /** Over the minutes the object holds, not over the whole day. */
  readonly table: DayTable;
  /** What an older logger wrote in place of `acc_vol`; absent where no line names it. */
  readonly cumulative?: CumulativeTurnover;
  /** Cells that were left out: trades at no minute of this day, no symbol, or impossible values. */
  readonly keptOut: number;
}

const STORED: readonly string[] = ALL_FIELDS;
const VOLUME: number = STORED.indexOf("volume");
const ACC_VOLUME: number = STORED.indexOf("acc_vol");
const CUMULATIVE: number = STORED.length;
const REQUIRED = 5; // the prices and the volume; acc_vol can be summed

/** @returns the cells of an object's uncompressed content, or why it is damaged as a whole. */
export function parseContent(
  content: Buffer,
  options: ParseContentOptions,
): ParsedContent | { readonly damage: string } {
  const { tradingDay, venue, symbols } = options;
  const table = new DayTable({ tradingDay, venue, minutes: minutesWithin(content, options.minutes) });
  let cumulative: CumulativeTurnover | undefined;
  const numbers = new Float64Array(CUMULATIVE + 1);
  const lineBytes = new LineBytes(content);
  let keptOut = 0;
  let fieldsText = "";
  let columns: readonly number[] = [];
  let index = -1;

  const take = (symbol: string, values: ArrayLike<unknown>): void => {
    if (symbols !== undefined && !symbols.has(symbol)) return;
    if (!isSymbolOrIndex(symbol) || !readNumbers(values, columns, numbers)) {
      keptOut++;
      return;
    }
    if (index < 0) {
      // Older loggers stored placeholders of 15:20 to 15:29: a cell that says "untraded" may be dropped there.
      if (numbers[VOLUME] !== 0) keptOut++;
      return;
    }
    table.setNumbers(symbol, index, numbers);
    cumulative?.set(symbol, index, numbers[CUMULATIVE] ?? Number.NaN);
  };

  for (const [start, end] of linesOf(content)) {
    const bodyAt = findBody(content, start, end);
    const head = bodyAt === undefined ? undefined : parseLine(`${content.toString("utf8", start, bodyAt)}}}`);
    const isOurs = head !== undefined && !("damage" in head);
    const line = isOurs ? head : parseLine(content.toString("utf8", start, end));
    if ("damage" in line) return line;
    if (line.fields.join() !== fieldsText) {
      const known = checkColumns(line.fields);
      if (typeof known === "string") return { damage: known };
      columns = known;
      if (known.includes(CUMULATIVE)) cumulative ??= new CumulativeTurnover(table.minutes);
      fieldsText = line.fields.join();
    }
    index = table.indexOf(line.time);
    const keptOutBefore = keptOut;
    if (isOurs && lineBytes.readCells(bodyAt ?? 0, end, columns.length, take)) continue;
    keptOut = keptOutBefore;
    const whole = isOurs ? parseLine(content.toString("utf8", start, end)) : line;
    if ("damage" in whole) return whole;
    for (const symbol in whole.data) {
      const values = whole.data[symbol];
      if (!Array.isArray(values) || values.length !== columns.length) {
        return { damage: `a line has no ${columns.length} values for ${symbol}` };
      }
      take(symbol, values);
    }
  }
  return { table, keptOut, ...(cumulative === undefined ? {} : { cumulative }) };
}

const BODY: Buffer = Buffer.from('"data":{', "latin1");

/** Offset of the cells in a line that names its data last, as ours do. */
function findBody(content: Buffer, start: number, end: number): number | undefined {
  const at = content.subarray(start, Math.min(start + 512, end)).indexOf(BODY);
  return at < 0 ? undefined : start + at + BODY.length;
}

/** The column of each field, or what is wrong with the fields. */
function checkColumns(fields: readonly string[]): readonly number[] | string {
  const columns = fields.map(columnOf);
  const missing = STORED.slice(0, REQUIRED).find((_, column) => !columns.includes(column));
  if (missing !== undefined) return `a line lacks the field ${missing}`;
  return new Set(fields).size < fields.length ? "a line names a field twice" : columns;
}

/** The column of a stored name; -1 for a name we do not know. `acc_krw_vol` was the older logger's last field. */
function columnOf(field: string): number {
  return field === "acc_krw_vol" ? CUMULATIVE : STORED.indexOf(field);
}

/**
 * Sorts a cell's values into `numbers`. False if they are no cell: not numbers, negative, or only some prices null. A cell
 * without prices is untraded or, if only `acc_vol` is known, a hole.
 */
function readNumbers(values: ArrayLike<unknown>, columns: readonly number[], numbers: Float64Array): boolean {
  numbers.fill(Number.NaN);
  for (let at = 0; at < columns.length; at++) {
    const column = columns[at] ?? -1;
    const value = values[at];
    if (column < 0 || value === null || value !== value) continue; // NaN stands for null
    const number = typeof value === "number" ? value : toNumber(value);
    if (!(number >= 0 && number < Infinity)) return false;
    numbers[column] = number;
  }
  const [open = 0, high = 0, low = 0, close = 0, volume = 0] = numbers;
  const prices = +(open === open) + +(high === high) + +(low === low) + +(close === close);
  if (prices === 4) return volume === volume;
  if (prices > 0) return false;
  return volume === 0 || (volume !== volume && !Number.isNaN(numbers[ACC_VOLUME] ?? Number.NaN));
}

/** The number in a value as KIS sent it, a text of digits; NaN for anything else. */
function toNumber(value: unknown): number {
  return typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
}

/**
 * The minutes from the first to the last line. A day can be stored as hundreds of objects of one minute each, and a table
 * of the whole day for each of them would take too much memory.
 */
function minutesWithin(content: Buffer, minutes: readonly number[]): readonly number[] {
  let from = Infinity;
  let to = -Infinity;
  for (const [start, end] of linesOf(content)) {
    const head = content.toString("latin1", start, Math.min(start + 64, end));
    const time = parseTimestamp(/^\{\s*"timestamp"\s*:\s*"([^"]*)"/.exec(head)?.[1] ?? "");
    if (time === undefined) return minutes; // its keys are in another order, which is allowed
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  return minutes.filter((minute) => minute >= from && minute <= to);
}

/** Start and end of each line that is not blank. */
function* linesOf(content: Buffer): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < content.length;) {
    const newline = content.indexOf(10, start);
    const end = newline < 0 ? content.length : newline;
    // A line of "\r" alone comes from editors on Windows; JSON.parse takes "\r" as white space.
    if (end > start && !(end === start + 1 && content[start] === 13)) yield [start, end];
    start = end + 1;
  }
}

import {
  ConfigError,
  type TradingDay,
  checkOptions,
  isIsinAt,
  isSymbol,
  isTradingDayText,
  show,
  weekdayOf,
} from "../../../core/index.js";
import { type CsvRecord, parseCsv } from "./csv.js";

/** One symbol's day: the unit of a backfill. */
export interface BackfillTarget {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** KST date. */
  readonly tradingDay: TradingDay;
}

/** A line of a target list that gave no target, or one that was there already. */
export interface TargetProblem {
  /** 1-based line of the file; 1 where the whole file is meant. */
  readonly line: number;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

/** A target list, read. */
export interface TargetList {
  /** In the order of the file, each once. */
  readonly targets: readonly BackfillTarget[];
  /** Ascending by line; empty if every line gave a target of its own. */
  readonly problems: readonly TargetProblem[];
}

/** Which columns of a target list hold what. */
export interface TargetOptions {
  /** Header of the column of symbols, as the file has it. @defaultValue found by its usual names */
  readonly symbolColumn?: string;
  /** Header of the column of days, as the file has it. @defaultValue found by its usual names */
  readonly dayColumn?: string;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

// Names that people, spreadsheets and KRX's downloads give the two columns, in lower case without blanks, underscores and
// hyphens. Later sets are tried only where no column has a name of an earlier one.
const SYMBOL_HEADERS: readonly ReadonlySet<string>[] = [
  words(
    "symbol code ticker stock stockcode stocksymbol shortcode 종목코드 단축코드 종목번호 종목 코드 심볼 티커",
  ),
  words("isusrtcd shrniscd mkscshrniscd"),
  words("isucd isin isincode 표준코드 국제표준코드"),
];
const DAY_HEADERS: readonly ReadonlySet<string>[] = [
  words(
    "date day tradingday tradingdate tradeday tradedate stockdate 날짜 일자 거래일 거래일자 거래날짜 매매일 매매일자 기준일 기준일자 영업일 영업일자 basdd trddd stckbsopdate",
  ),
  words(
    "signaldate entrydate exitdate scandate orderdate buydate selldate eventdate 선정일 선정일자 체결일 체결일자 주문일 주문일자 신호일 신호일자 매수일 매수일자 매도일 매도일자 진입일 진입일자 편입일 편입일자 검색일 검색일자 포착일 포착일자",
  ),
];

/** `="005930"` and `'005930`: how spreadsheets are made to keep leading zeros. */
const bare = (cell: string): string => /^="(.*)"$/.exec(cell)?.[1]?.trim() ?? cell.replace(/^'/, "");
const headerName = (cell: string): string =>
  cell
    .normalize("NFC")
    .toLowerCase()
    .replaceAll(/[\s_-]/g, "");

// The same separator twice, or Korean units. A spreadsheet may append midnight to a date. Brokers' programs write years
// of two digits: 26/08/13 or 26.08.13.
const DAY =
  /^(\d{4}|\d{2}(?=[/.]\d{2}[/.]\d{2}$))(?:(\d{2})(\d{2})|\s*([-/.])\s*(\d{1,2})\s*\4\s*(\d{1,2})\.?|년\s*(\d{1,2})월\s*(\d{1,2})일)(?:[ T]00:00(?::00(?:\.0+)?)?)?$/;

const WEEKDAYS = "일월화수목금토";
/** `(목)`, `목요일`: what follows a day for people. */
const WEEKDAY = /\s*(?:\(([일월화수목금토])(?:요일)?\)|([일월화수목금토])요일)$/;
const SHORT_YEAR = /^\d{2}[/.]\d{2}[/.]\d{2}$/;

/** The day in a cell, year first; `undefined` if it is not certain, or the cell's weekday is not that day's. */
function parseDay(cell: string): TradingDay | undefined {
  const text = cell.normalize("NFC");
  const [behind = "", short, long] = WEEKDAY.exec(text) ?? [];
  const [, year, m1, d1, , m2, d2, m3, d3] = DAY.exec(text.slice(0, text.length - behind.length)) ?? [];
  const [month, dayOfMonth] = [m1 ?? m2 ?? m3, d1 ?? d2 ?? d3];
  if (year === undefined || month === undefined || dayOfMonth === undefined) return undefined;
  const day = `${year.padStart(4, "20")}-${month.padStart(2, "0")}-${dayOfMonth.padStart(2, "0")}`;
  if (!isTradingDayText(day)) return undefined;
  const weekday = short ?? long;
  return weekday === undefined || WEEKDAYS[weekdayOf(day)] === weekday ? day : undefined;
}

/**
 * The symbol in a cell: without the market that Yahoo appends, and taken out of an ISIN where it certainly holds the
 * symbol: ordinary shares, ETFs and new-style preferred shares (all 3,861 such rows of KIS's files of 2026-04).
 */
function symbolOf(cell: string): string {
  const text = cell.toUpperCase().replace(/\.K[SQ]$/, "");
  const [, symbol] = /^KR7([0-9A-Z]{5}(?:0(?=00)|[A-Z](?=01)))\d\d\d$/.exec(text) ?? [];
  return symbol !== undefined && isIsinAt(Buffer.from(text), 0) ? symbol : text;
}

interface Columns {
  readonly symbol: number;
  readonly day: number;
  /** The first record is a header, not a target. */
  readonly headed: boolean;
}

/** The column of a name given, or of the usual names; -1 if none, a text if it cannot be told which. */
function columnOf(
  first: CsvRecord,
  option: keyof TargetOptions,
  wanted: string | undefined,
  usual: readonly ReadonlySet<string>[],
): number | string {
  const names = first.fields.map(headerName);
  if (wanted !== undefined) {
    const found = names.indexOf(headerName(wanted));
    return found === -1
      ? `there is no column ${show(wanted)} (\`${option}\`); the columns are ${show(first.fields.join(", "))}`
      : found;
  }
  for (const [order, known] of usual.entries()) {
    const found = names.flatMap((name, index) => (known.has(name) ? [index] : []));
    // The day of a signal and the day of its entry differ: only the user knows which is meant.
    if (order > 0 && found.length > 1) {
      const which = found.map((index) => first.fields[index]).join(", ");
      return `more than one column may be meant (${show(which)}): name it by \`${option}\``;
    }
    if (found[0] !== undefined) return found[0];
  }
  return -1;
}

/** Which columns hold what: by the header's names, or by content where the first line is already a target. */
function columnsOf(first: CsvRecord, { symbolColumn, dayColumn }: TargetOptions): Columns | string {
  const symbol = columnOf(first, "symbolColumn", symbolColumn, SYMBOL_HEADERS);
  if (typeof symbol === "string") return symbol;
  const day = columnOf(first, "dayColumn", dayColumn, DAY_HEADERS);
  if (typeof day === "string") return day;
  if (symbol !== -1 && day !== -1) return { symbol, day, headed: true };
  if (symbol === -1 && day === -1) {
    const cells = first.fields.map(bare);
    const dayAt = cells.findIndex((cell) => parseDay(cell) !== undefined);
    const symbolAt = cells.findIndex((cell, index) => index !== dayAt && isSymbol(symbolOf(cell)));
    if (dayAt !== -1 && symbolAt !== -1) return { symbol: symbolAt, day: dayAt, headed: false };
  }
  const columns = `the columns are ${show(first.fields.join(", "))}`;
  if (day === -1 && symbol !== -1) {
    return `there is no column of days (${columns}): add one named "date" or "날짜", or give the symbols with \`days\` instead`;
  }
  return day === -1
    ? `there is no header that names a symbol and a date (${columns}): begin with "symbol,date" or "종목코드,날짜"`
    : `there is no column of symbols (${columns}): name it "symbol", "code" or "종목코드"`;
}

/** Why a cell is no symbol, or `undefined` if it is one. */
function symbolFault(cell: string): string | undefined {
  if (cell === "") return "has no symbol";
  if (/^\d{1,5}$/.test(cell)) {
    return `symbol ${show(cell)} has lost its leading zeros, as spreadsheets do: write ${cell.padStart(6, "0")} if that is meant, in a text column`;
  }
  if (/^\d{1,6}\.0+$/.test(cell)) {
    const whole = cell.replace(/\.0+$/, "").padStart(6, "0");
    return `symbol ${show(cell)} was taken for a number, so its zeros are not known: write ${whole} if that is meant, in a text column`;
  }
  if (/^[A-Z]{2}[0-9A-Z]{9}\d$/.test(cell)) {
    return `${show(cell)} is an ISIN that does not say the symbol: write the short code, such as 005930`;
  }
  if (/^A\d{6}$/.test(cell)) return `symbol ${show(cell)} carries a leading A: write ${cell.slice(1)}`;
  return isSymbol(cell) ? undefined : `${show(cell)} is no symbol: write a short code such as 005930`;
}

/** Why a cell is no day. */
function dayFault(cell: string): string {
  if (cell === "") return "has no date";
  const plain = cell.normalize("NFC").replace(WEEKDAY, "");
  if (plain !== cell.normalize("NFC") && parseDay(plain) !== undefined) {
    return `${show(cell)} is another day of the week: write ${parseDay(plain) ?? ""} if that is meant`;
  }
  if (SHORT_YEAR.test(cell)) {
    return `${show(cell)} has a year of two digits, and not all such days of the file have it first: write 2026-11-20`;
  }
  const serial = /^\d{5}(?:\.\d+)?$/.test(cell) ? ", not a spreadsheet's day number" : "";
  return `${show(cell)} is no existing day with its year first: write 2026-11-20 or 20261120${serial}`;
}

/**
 * Reads a list of (symbol, day) pairs from the text of a CSV file.
 *
 * Columns are found by their header, in English or Korean, in any order and among others, or named by option; days
 * are `2026-11-20`, `20261120`, `2026/11/20`, `2026.11.20`, `26/11/20` or `2026-11-20(금)`; symbols may be
 * `005930.KS` or an ISIN that says them. A symbol that a spreadsheet stripped of its zeros is a problem, not a guess.
 * Lines beginning with `#` are comments.
 *
 * @example
 * ```ts
 * const { targets, problems } = parseTargets("종목코드,날짜\n005930,2026-11-20\n5930,2026-11-20");
 * // targets: 005930 on 2026-11-20; problems: line 3 has lost its leading zeros
 * ```
 * @returns the targets in the order of the text, each once, and the lines that gave none.
 * @throws {@link ConfigError} if `text` is no text; nothing in one makes it throw.
 */
export function parseTargets(text: string, options: TargetOptions = {}): TargetList {
  if (typeof text !== "string")
    throw new ConfigError("text", "the content of a CSV file; `readTargets(path)` reads the file", text);
  for (const name of ["symbolColumn", "dayColumn"] as const) {
    const wanted: unknown = checkOptions(options, "an object with `symbolColumn` or `dayColumn`")[name];
    if (wanted !== undefined && (typeof wanted !== "string" || wanted.trim() === ""))
      throw new ConfigError(name, "the header of a column", wanted);
  }
  const { records: all, unclosedAt } = parseCsv(text);
  const records = all.filter(({ fields }) => fields[0]?.startsWith("#") !== true);
  const problems: TargetProblem[] = [];
  const targets: BackfillTarget[] = [];
  const lines = new Map<string, number>();

  const first = records[0];
  const columns = first === undefined ? undefined : columnsOf(first, options);
  if (first === undefined) {
    if (unclosedAt === undefined)
      problems.push({ line: 1, message: 'the file is empty: begin with "symbol,date"' });
  } else if (typeof columns === "string") {
    problems.push({ line: first.line, message: columns });
  } else if (columns !== undefined) {
    const body = records.slice(columns.headed ? 1 : 0);
    const dayCell = ({ fields }: CsvRecord): string => bare(fields[columns.day] ?? "");
    // One 08/13/26 in the file proves that 08/11/26 is not 26 November 2008.
    const isYearFirst = body.every((row) => !SHORT_YEAR.test(dayCell(row)) || parseDay(dayCell(row)));
    for (const row of body) {
      const { line, fields } = row;
      const symbol = symbolOf(bare(fields[columns.symbol] ?? ""));
      const cell = dayCell(row);
      const tradingDay = SHORT_YEAR.test(cell) && !isYearFirst ? undefined : parseDay(cell);
      const faults = [symbolFault(symbol), tradingDay === undefined ? dayFault(cell) : undefined];
      const message = faults.filter((fault) => fault !== undefined).join("; ");
      if (message !== "" || tradingDay === undefined) {
        problems.push({ line, message });
        continue;
      }
      const earlier = lines.get(`${symbol} ${tradingDay}`);
      if (earlier === undefined) {
        lines.set(`${symbol} ${tradingDay}`, line);
        targets.push({ symbol, tradingDay });
      } else {
        problems.push({ line, message: `repeats line ${earlier}: ${symbol} ${tradingDay} is taken once` });
      }
    }
    if (targets.length === 0 && problems.length === 0 && unclosedAt === undefined) {
      problems.push({ line: first.line, message: "there is a header and no target below it" });
    }
  }
  if (unclosedAt !== undefined) {
    problems.push({
      line: unclosedAt,
      message: "a quote opens here and never closes: nothing from here on was read",
    });
  }
  return { targets, problems };
}

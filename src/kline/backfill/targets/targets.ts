import { ConfigError, type TradingDay, isSymbol, isTradingDayText, show } from "../../../core/index.js";
import { type CsvRecord, parseCsv } from "./csv.js";

/** One symbol's day: the unit of a backfill. */
export interface BackfillTarget {
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

// Lower case, without blanks, underscores and hyphens: what people, spreadsheets and KRX's downloads call the two.
const SYMBOL_HEADERS: ReadonlySet<string> = new Set(
  "symbol code ticker stock stockcode stocksymbol shortcode 종목코드 단축코드 종목번호 종목 코드 심볼 티커".split(
    " ",
  ),
);
const DAY_HEADERS: ReadonlySet<string> = new Set(
  "date day tradingday tradingdate tradeday tradedate stockdate 날짜 일자 거래일 거래일자 거래날짜 매매일 매매일자 기준일 기준일자 영업일 영업일자".split(
    " ",
  ),
);

/** `="005930"` and `'005930`: how spreadsheets are made to keep leading zeros. */
const bare = (cell: string): string => /^="(.*)"$/.exec(cell)?.[1]?.trim() ?? cell.replace(/^'/, "");
const headerName = (cell: string): string =>
  cell
    .normalize("NFC")
    .toLowerCase()
    .replaceAll(/[\s_-]/g, "");

// The same separator twice, or Korean units; a midnight behind it is how a spreadsheet writes a date with time.
const DAY =
  /^(\d{4})(?:(\d{2})(\d{2})|\s*([-/.])\s*(\d{1,2})\s*\4\s*(\d{1,2})\.?|년\s*(\d{1,2})월\s*(\d{1,2})일)(?:[ T]00:00(?::00(?:\.0+)?)?)?$/;

/** The day a cell names, year first; `undefined` if it names none without doubt. */
function parseDay(cell: string): TradingDay | undefined {
  const [, year, m1, d1, , m2, d2, m3, d3] = DAY.exec(cell.normalize("NFC")) ?? [];
  const [month, dayOfMonth] = [m1 ?? m2 ?? m3, d1 ?? d2 ?? d3];
  if (year === undefined || month === undefined || dayOfMonth === undefined) return undefined;
  const day = `${year}-${month.padStart(2, "0")}-${dayOfMonth.padStart(2, "0")}`;
  return isTradingDayText(day) ? day : undefined;
}

interface Columns {
  readonly symbol: number;
  readonly day: number;
  /** The first record is a header, not a target. */
  readonly headed: boolean;
}

/** Which columns hold what: by the header's names, or by content where the first line is already a target. */
function columnsOf(first: CsvRecord): Columns | string {
  const names = first.fields.map(headerName);
  const symbol = names.findIndex((name) => SYMBOL_HEADERS.has(name));
  const day = names.findIndex((name) => DAY_HEADERS.has(name));
  if (symbol !== -1 && day !== -1) return { symbol, day, headed: true };
  if (symbol === -1 && day === -1) {
    const cells = first.fields.map(bare);
    const dayAt = cells.findIndex((cell) => parseDay(cell) !== undefined);
    const symbolAt = cells.findIndex((cell, index) => index !== dayAt && isSymbol(cell));
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
  if (/^A\d{6}$/.test(cell)) return `symbol ${show(cell)} carries a leading A: write ${cell.slice(1)}`;
  return isSymbol(cell) ? undefined : `${show(cell)} is no symbol: write a short code such as 005930`;
}

/** Why a cell is no day. */
function dayFault(cell: string): string {
  if (cell === "") return "has no date";
  const serial = /^\d{5}(?:\.\d+)?$/.test(cell) ? ", not a spreadsheet's day number" : "";
  return `${show(cell)} is no existing day with its year first: write 2026-11-20 or 20261120${serial}`;
}

/**
 * Reads a list of (symbol, day) pairs from the text of a CSV file.
 *
 * Columns are found by their header, in English or Korean, in any order and among others; days are
 * `2026-11-20`, `20261120`, `2026/11/20` or `2026.11.20`. A symbol that a spreadsheet stripped of its zeros is
 * a problem, not a guess. Lines beginning with `#` are comments.
 *
 * @returns the targets in the order of the text, each once, and the lines that gave none.
 * @throws {@link ConfigError} if `text` is no text; nothing in one makes it throw.
 */
export function parseTargets(text: string): TargetList {
  if (typeof text !== "string")
    throw new ConfigError("text", "the content of a CSV file; `readTargets(path)` reads the file", text);
  const { records: all, unclosedAt } = parseCsv(text);
  const records = all.filter(({ fields }) => fields[0]?.startsWith("#") !== true);
  const problems: TargetProblem[] = [];
  const targets: BackfillTarget[] = [];
  const lines = new Map<string, number>();

  const first = records[0];
  const columns = first === undefined ? undefined : columnsOf(first);
  if (first === undefined) {
    if (unclosedAt === undefined)
      problems.push({ line: 1, message: 'the file is empty: begin with "symbol,date"' });
  } else if (typeof columns === "string") {
    problems.push({ line: first.line, message: columns });
  } else if (columns !== undefined) {
    for (const { line, fields } of records.slice(columns.headed ? 1 : 0)) {
      const symbol = bare(fields[columns.symbol] ?? "").toUpperCase();
      const cell = bare(fields[columns.day] ?? "");
      const tradingDay = parseDay(cell);
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

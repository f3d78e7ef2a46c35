/** One record of a delimited text. */
export interface CsvRecord {
  /** 1-based line of the text on which the record begins, as an editor counts it. */
  readonly line: number;
  /** The fields, unquoted, without the white space around them. */
  readonly fields: readonly string[];
}

/** The result of {@link parseCsv}. */
interface CsvTable {
  /** The records in the order of the text; blank lines are left out. */
  readonly records: readonly CsvRecord[];
  /** Line on which a quote opens that never closes: everything from there on is in no record. */
  readonly unclosedAt?: number;
}

const DELIMITERS = [",", "\t", ";"] as const;

/** The delimiter of a text: whichever of comma, tab and semicolon its first filled line holds most of. */
function delimiterOf(text: string): string {
  // The lookahead must stay on its line: across lines, a file of blank lines would take quadratic time.
  const first = /^(?![^\S\r\n]*#).*\S.*$/m.exec(text)?.[0] ?? "";
  const count = (mark: string): number => first.split(mark).length - 1;
  return DELIMITERS.reduce((best, mark) => (count(mark) > count(best) ? mark : best), ",");
}

/**
 * Splits a delimited text as spreadsheets write it: quotes with delimiters, quotes and line ends inside, LF,
 * CRLF or CR, a byte order mark, comma, tab or semicolon.
 *
 * @returns the records with the line each begins on. Nothing is guessed around a quote that never closes.
 * @see RFC 4180 (read 2026-11-21)
 */
export function parseCsv(text: string): CsvTable {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const delimiter = delimiterOf(body);
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let line = 1;
  let beginsAt = 1;
  let at = 0;

  const endRecord = (): void => {
    if (fields.some((field) => field !== "")) records.push({ line: beginsAt, fields });
    fields = [];
  };
  while (at < body.length) {
    if (fields.length === 0) beginsAt = line;
    const field =
      body[skipBlanks(body, at, delimiter)] === '"'
        ? quoted(body, at, delimiter)
        : plain(body, at, delimiter);
    if (field === undefined) return { records, unclosedAt: line };
    fields.push(field.value.trim());
    line += field.lines;
    at = field.end;
    if (body[at] === delimiter) {
      at += 1;
      if (at === body.length) fields.push("");
      continue;
    }
    at += body.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    endRecord();
  }
  endRecord();
  return { records };
}

interface Field {
  readonly value: string;
  /** Where it ends: at a delimiter, a line end or the end of the text. */
  readonly end: number;
  /** Line ends inside it. */
  readonly lines: number;
}

function skipBlanks(text: string, from: number, delimiter: string): number {
  const blanks = delimiter === "\t" ? " " : " \t";
  let at = from;
  while (at < text.length && blanks.includes(text[at] ?? "")) at += 1;
  return at;
}

function plain(text: string, from: number, delimiter: string): Field {
  let end = from;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return { value: text.slice(from, end), end, lines: 0 };
}

function quoted(text: string, from: number, delimiter: string): Field | undefined {
  const open = skipBlanks(text, from, delimiter) + 1;
  let close = text.indexOf('"', open);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close === -1) return undefined;
  const inside = text.slice(open, close);
  const rest = plain(text, close + 1, delimiter);
  return {
    value: inside.replaceAll('""', '"') + rest.value,
    end: rest.end,
    lines: inside.match(/\r\n|\r|\n/g)?.length ?? 0,
  };
}

import { ConfigError, MasterFormatError } from "../../core/index.js";
import { type Field, type FixedField, type Layout, isFixed } from "../layouts/index.js";
import { type Market, checkMarket, masterFiles } from "../market.js";
import { type Master, checkMaster } from "../master.js";
import { type RawRow, rawRow } from "../cells/index.js";
import { readRows } from "../read/index.js";
import { writeField } from "./write-field.js";

/** The part of a {@link Master} that {@link formatMaster} needs. */
export type Formattable<M extends Market = Market> = Pick<Master<M>, "market" | "instruments">;

type Values = Readonly<Record<string, unknown>> & RawRow;

/** A row, and the fields that were changed since it was parsed. */
interface Written {
  readonly values: Values;
  readonly text: string;
  readonly edited: readonly Field[];
}

/**
 * Writes a master as the bytes of its `.mst`. An unchanged master gives exactly the bytes that it was parsed from. Of a
 * changed copy (`{ ...instrument, marginRate: 100 }`) the changed fields are written; derived properties never are.
 *
 * @example
 * ```ts
 * const master = parseMaster("kospi", bytes, { date: "2026-11-20" });
 * formatMaster(master); // the same bytes
 * ```
 * @returns one row for each instrument, in the order of the map.
 * @throws {@link ConfigError} naming symbol and field if a value has no form in the file (too long, no cp949).
 */
export function formatMaster<M extends Market>(master: Formattable<M>): Uint8Array {
  const market = checkMarket(checkMaster(master).market);
  const rows = [...master.instruments.values()] as unknown as Values[];
  return formatRows(market, rows);
}

/** {@link formatMaster} of rows that need not come from a file. Missing properties are blank. */
export function formatRows(market: Market, rows: readonly Values[]): Uint8Array {
  const { layout } = masterFiles[market];
  const sources = rows.filter((values) => values[rawRow] !== undefined);
  const reread =
    sources.length === 0 ? [] : (readRows(market, layout, join(sources.map(rowText))).rows as Values[]);
  const originals = new Map(sources.map((values, index) => [values, reread[index]]));
  const written = rows.map((values, index) => {
    const row = writeRow(layout, values, originals.get(values));
    return index === rows.length - 1 || row.text.endsWith("\n") ? row : { ...row, text: `${row.text}\n` };
  });
  checkReadBack(
    market,
    layout,
    written.filter((row) => row.edited.length > 0),
  );
  return join(written.map((row) => row.text));
}

const rowText = (values: Values): string => {
  const row = values[rawRow] ?? "";
  return row.endsWith("\n") ? row : `${row}\n`;
};

const join = (rows: readonly string[]): Uint8Array => {
  const bytes = Buffer.from(rows.join(""), "latin1");
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

function writeRow(layout: Layout, values: Values, original: Values | undefined): Written {
  const edited: Field[] = [];
  const row = values[rawRow] ?? "\n";
  const lineEnd = /\r?\n?$/.exec(row)?.[0] ?? "";
  const cells = original === undefined ? [] : cellsOf(layout, row.slice(0, row.length - lineEnd.length));
  const texts = layout.fields.map((field, index) => {
    const value = values[field.name];
    if (original !== undefined && Object.is(original[field.name], value)) return cells[index] ?? "";
    edited.push(field);
    const text = writeField(field, value, isFixed(layout) ? (field as FixedField).width : undefined);
    if (text === undefined || (value === undefined && isRequired(field))) throw unwritable(field, values);
    return text;
  });
  return { values, edited, text: texts.join(isFixed(layout) ? "" : layout.delimiter) + lineEnd };
}

function cellsOf(layout: Layout, row: string): string[] {
  if (!isFixed(layout)) return row.split(layout.delimiter);
  return layout.fields.map(({ offset, width }) => row.slice(offset, offset + width));
}

const isRequired = (field: Field): boolean =>
  field.required === true || field.type === "symbol" || field.type === "isin";

/** Checks that every written field reads back as its value: digits may be lost, and spaces read as blank. */
function checkReadBack(market: Market, layout: Layout, rows: readonly Written[]): void {
  if (rows.length === 0) return;
  const bytes = join(rows.map(({ text }) => (text.endsWith("\n") ? text : `${text}\n`)));
  let read: Values[];
  try {
    read = readRows(market, layout, bytes).rows as Values[];
  } catch (error) {
    if (!(error instanceof MasterFormatError)) throw error;
    const row = rows[error.line - 1];
    const field = row?.edited.find(({ name }) => name === error.field) ?? row?.edited[0];
    throw row === undefined || field === undefined ? error : unwritable(field, row.values, error);
  }
  rows.forEach((row, index) => {
    for (const field of row.edited) {
      // The file does not tell 0 and -0 apart.
      const same = read[index]?.[field.name] === row.values[field.name];
      if (!same) throw unwritable(field, row.values);
    }
  });
}

function unwritable(field: Field, values: Values, cause?: MasterFormatError): ConfigError {
  const symbol = typeof values["symbol"] === "string" ? `${values["symbol"]}.` : "";
  const width = "width" in field ? ` in ${field.width as number} bytes` : "";
  return new ConfigError(
    `${symbol}${field.name}`,
    `a value that the file can hold as ${field.type}${width}`,
    values[field.name],
    cause === undefined ? {} : { cause },
  );
}

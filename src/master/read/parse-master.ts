import { createHash } from "node:crypto";
import { MasterFormatError, type TradingDay, checkBytes, checkDay, checkOptions } from "../../core/index.js";
import type { Layout } from "../layouts/index.js";
import { type Instrument, type Market, checkMarket, masterFiles } from "../market.js";
import type { Master } from "../master.js";
import { type RawRow, rawRow } from "../cells/index.js";
import { explainBytes, explainRows } from "./explain-input.js";
import { type ReadRows, readRows } from "./read-rows.js";

/** Options of {@link parseMaster}. */
export interface ParseMasterOptions {
  /** KST day of the file. */
  readonly date: TradingDay;
}

/**
 * Parses the bytes of a `.mst` (`.cod` for overseas stocks), unzipped.
 *
 * Every byte is checked and nothing is guessed: a row of another length, a wrong check digit, an undecodable name, a
 * letter among digits and a repeated symbol are errors. A strange cell of a dead or frozen field is left out and listed
 * in `odd`. CR before LF is accepted.
 *
 * @returns the instruments in the order of the file; blanks are `undefined`, never 0, false or "".
 * @throws {@link MasterFormatError} with market, line, byte offset and field of the first error. If the bytes are another
 * thing (a zip, a page, another market's file), the message says so.
 * @throws {@link ConfigError} if `market` or `date` is wrong.
 * @example
 * ```ts
 * const kospi = parseMaster("kospi", await readFile("kospi_code.mst"), { date: "2026-11-20" });
 * kospi.instruments.get("005930")?.koreanName; // "삼성전자"
 * ```
 */
export function parseMaster<M extends Market>(
  market: M,
  bytes: Uint8Array,
  options: ParseMasterOptions,
): Master<M> {
  const { layout } = masterFiles[checkMarket(market)];
  checkBytes(bytes);
  const date = checkDay(checkOptions(options, "an object with `date`").date, "date");
  const { rows, odd } = readOrExplain(market, layout, bytes);
  return {
    market,
    date,
    layout: layout.name,
    sourceSha256: createHash("sha256").update(bytes).digest("hex"),
    odd,
    instruments: keyed(market, layout, rows as (Instrument<M> & RawRow)[]),
  };
}

/** Looks at the kind of the bytes only after reading failed, so that good files cost nothing. */
function readOrExplain(market: Market, layout: Layout, bytes: Uint8Array): ReadRows {
  try {
    return readRows(market, layout, bytes);
  } catch (error) {
    if (!(error instanceof MasterFormatError)) throw error;
    const what = explainBytes(bytes) ?? explainRows(market, bytes, error);
    if (what === undefined) throw error;
    const { line, byteOffset, field } = error;
    throw new MasterFormatError(
      `${market} master: ${what}`,
      { market, line, byteOffset, field },
      { cause: error },
    );
  }
}

function keyed<M extends Market>(
  market: M,
  layout: Layout,
  rows: readonly (Instrument<M> & RawRow)[],
): Map<string, Instrument<M>> {
  const instruments = new Map<string, Instrument<M>>();
  const keyOf = keyReader(layout);
  rows.forEach((row, index) => {
    const key = keyOf(row);
    let free = key;
    for (let n = 2; instruments.has(free); n++) {
      if (layout.unique) throw repeated(market, layout, rows.slice(0, index), key);
      free = `${key}#${n}`;
    }
    instruments.set(free, row);
  });
  return instruments;
}

/** Reads the key of a row in `Master.instruments`. */
function keyReader(layout: Layout): (row: object) => string {
  const { key, separator = ":" } = layout;
  const [only] = key;
  const value = (row: object, name: string): string =>
    (row as Readonly<Record<string, string | undefined>>)[name] ?? "";
  return key.length === 1 && only !== undefined
    ? (row) => value(row, only)
    : (row) => key.map((name) => value(row, name)).join(separator);
}

function repeated(market: Market, layout: Layout, before: readonly RawRow[], key: string): MasterFormatError {
  const line = before.length + 1;
  // Rows keep their line ends, so this holds with CR as well.
  const byteOffset = before.reduce((sum, row) => sum + (row[rawRow] ?? "").length, 0);
  return new MasterFormatError(
    `${market} master, line ${line}: ${layout.key.join(" and ")} ${key} is there twice; the file is damaged, download it again`,
    { market, line, byteOffset, field: layout.key[0] },
  );
}

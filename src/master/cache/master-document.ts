import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  type TradingDay,
  compactDay,
  isHantooError,
  isTradingDayText,
  kstInstant,
  show,
} from "../../core/index.js";
import { formatMaster, formatRows } from "../write/index.js";
import { type Instrument, type Market, masterFiles } from "../market.js";
import type { Master } from "../master.js";
import { parseMaster } from "../read/index.js";

const SCHEMA = "hantoo-master/1";

/** More than any master file. It stops a crafted object from filling the memory. */
const MAX_SOURCE_BYTES = 64 * 2 ** 20;

/** KIS rewrites the files from 05:58 to about 08:45 KST. */
const SETTLED_AT = "08:50";

/** Where masters are kept. */
export const MASTER_PREFIX = "hantoo_master/";

/** `hantoo_master/20261120_kospi.json`. */
export function masterKey(market: Market, date: TradingDay): string {
  return `${MASTER_PREFIX}${compactDay(date)}_${market}.json`;
}

/** The instant after which the host's file of `date` no longer changes. */
export function settledAt(date: TradingDay): number {
  return kstInstant(date, SETTLED_AT);
}

/** Fields in the cached object for people, besides the key and the names. */
const SHORT: ReadonlySet<string> = new Set([
  "isin",
  "securityGroup",
  "basePrice",
  "isTradingHalted",
  "marketCap",
]);

/**
 * Writes a downloaded master as the JSON object of the cache.
 *
 * `source` is the file itself (deflated, base64), from which {@link parseMasterDocument} restores the master exactly,
 * proved by `sourceSha256`. `instruments` is for readers without this package: names and a few fields, or every
 * field if `readable` (3.8 MB for a KOSPI file of 0.72 MB).
 */
export function formatMasterDocument(
  master: Master,
  { readable = false }: { readonly readable?: boolean } = {},
): Uint8Array {
  const { market, date, asOf, retrievedAt, sourceSha256, layout, provisional, provenance, tradingDay } =
    master;
  return new TextEncoder().encode(
    JSON.stringify({
      schema: SCHEMA,
      market,
      date,
      ...(tradingDay === undefined ? {} : { tradingDay }),
      ...(asOf === undefined ? {} : { asOf }),
      retrievedAt,
      ...(provisional === undefined ? {} : { provisional }),
      ...(provenance === undefined ? {} : { provenance }),
      sourceSha256,
      layout,
      instruments: readable ? Object.fromEntries(master.instruments) : shortened(master),
      source: deflateRawSync(formatMaster(master)).toString("base64"),
    }),
  );
}

function shortened(master: Master): Record<string, Record<string, unknown>> {
  const { key, fields } = masterFiles[master.market].layout;
  const kept = fields.filter(({ name, type }) => SHORT.has(name) || key.includes(name) || type === "cp949");
  return Object.fromEntries(
    [...master.instruments].map(([symbol, instrument]) => {
      const row = instrument as unknown as Readonly<Record<string, unknown>>;
      return [symbol, Object.fromEntries(kept.map(({ name }) => [name, row[name]]))];
    }),
  );
}

const OURS = `{"schema":"${SCHEMA}"`;

/** Whether an object that cannot be read was written by {@link formatMasterDocument}, whole or torn. */
export function isOurs(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, OURS.length)).toString("latin1");
  return OURS.startsWith(start);
}

/** A master read from the cache, or the reason why the object is not one. */
export type MasterDocument<M extends Market> =
  | { readonly master: Master<M>; readonly problem?: undefined }
  | { readonly problem: string; readonly master?: undefined };

/**
 * Reads the object under {@link masterKey}. Never throws: an object that is torn, foreign, or of another market or date
 * has a `problem` instead of a `master`.
 */
export function parseMasterDocument<M extends Market>(
  market: M,
  date: TradingDay,
  bytes: Uint8Array,
): MasterDocument<M> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return read(market, date, JSON.parse(text));
  } catch (error) {
    return {
      problem: isHantooError(error) ? error.message : "it is no JSON in UTF-8, or its source is damaged",
    };
  }
}

function read<M extends Market>(market: M, date: TradingDay, json: unknown): MasterDocument<M> {
  if (!isRecord(json) || json["schema"] !== SCHEMA) return { problem: `its schema is not ${SCHEMA}` };
  const { asOf, retrievedAt, sourceSha256, layout, tradingDay, provenance, instruments, source } = json;
  if (json["market"] !== market || json["date"] !== date)
    return { problem: "it is of another market or date" };
  if (!isInstant(retrievedAt)) return { problem: "`retrievedAt` is no instant" };
  if (typeof sourceSha256 !== "string") return { problem: "`sourceSha256` is no text" };
  if (!isRecord(instruments)) return { problem: "it has no `instruments`" };
  const restored =
    typeof source === "string"
      ? parseMaster(
          market,
          inflateRawSync(Buffer.from(source, "base64"), { maxOutputLength: MAX_SOURCE_BYTES }),
          { date },
        )
      : layout === masterFiles[market].layout.name
        ? fromFields(market, date, instruments)
        : undefined;
  if (restored === undefined) return { problem: `its layout is ${show(layout)}` };
  if (typeof source === "string" && restored.sourceSha256 !== sourceSha256) {
    return { problem: "its source does not have the SHA-256 it claims" };
  }
  return {
    master: {
      ...restored,
      sourceSha256,
      retrievedAt,
      ...(isInstant(asOf) ? { asOf } : {}),
      ...(isTradingDayText(tradingDay) ? { tradingDay } : {}),
      ...(typeof provenance === "string" ? { provenance } : {}),
      ...(json["provisional"] === true || retrievedAt < settledAt(date) ? { provisional: true } : {}),
    },
  };
}

/** The body as stored-formats describe it, without our `source`: every field is proved by writing and reading it. */
function fromFields<M extends Market>(
  market: M,
  date: TradingDay,
  instruments: Readonly<Record<string, unknown>>,
): Master<M> {
  const rows = Object.values(instruments)
    .filter(isRecord)
    .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)));
  const master = parseMaster(market, formatRows(market, rows), { date });
  const keyed = new Map<string, Instrument<M>>();
  [...master.instruments].forEach(([key, instrument], index) => {
    // What is derived from digits that fields no longer show (a cut net income) is taken as stored.
    keyed.set(key, { ...instrument, ...rows[index] });
  });
  return { ...master, instruments: keyed };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isInstant = (value: unknown): value is number => Number.isSafeInteger(value);

import { ConfigError } from "../../core/index.js";
import { type Instrument, type Market, masterFiles } from "../market.js";
import { type Master, checkMaster } from "../master.js";

/** One changed field of one instrument. */
export interface FieldChange {
  /** The key in `Master.instruments`. */
  readonly symbol: string;
  /** English name of the field. */
  readonly field: string;
  /** Value on the earlier day. */
  readonly from: unknown;
  /** Value on the later day. */
  readonly to: unknown;
}

/** An instrument whose Korean name changed. */
export interface Renaming {
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Name on the earlier day. */
  readonly from: string | undefined;
  /** Name on the later day. */
  readonly to: string | undefined;
}

/** The differences of two masters of a market. Instruments are in the order of their file. */
export interface MasterDiff<M extends Market = Market> {
  /** In the later master only. */
  readonly listed: Instrument<M>[];
  /** In the earlier master only, as they were. */
  readonly delisted: Instrument<M>[];
  /** In both, with different Korean names. */
  readonly renamed: Renaming[];
  /** Trading is halted now and was not before, as they are now. Newly listed ones are not among them. */
  readonly halted: Instrument<M>[];
  /** Trading was halted before and is not now, as they are now. */
  readonly resumed: Instrument<M>[];
  /** Every field that differs in instruments of both, names and halts included. */
  readonly changed: FieldChange[];
}

/** Options of {@link diffMaster}. */
export interface DiffMasterOptions {
  /** Fields that `changed` leaves out, such as {@link dailyFields}. @defaultValue none */
  readonly ignore?: readonly string[];
}

/** Fields that differ for most instruments from any day to the next. */
export const dailyFields: readonly string[] = ["basePrice", "previousVolume", "marketCap"];

/**
 * Compares two masters of one market, usually of two days.
 *
 * @param before - the earlier one.
 * @param after - the later one.
 * @throws {@link ConfigError} if they are of different markets.
 * @example
 * ```ts
 * const store = new FileStore("./data");
 * const before = await downloadMaster("kospi", { store, date: "2026-11-19" }); // must be in the store
 * const after = await downloadMaster("kospi", { store, date: "2026-11-20" });
 * const { listed, delisted, changed } = diffMaster(before, after, { ignore: dailyFields });
 * ```
 */
export function diffMaster<M extends Market>(
  before: Master<M>,
  after: Master<M>,
  options: DiffMasterOptions = {},
): MasterDiff<M> {
  checkMaster(before, "before");
  checkMaster(after, "after");
  if (before.market !== after.market) {
    throw new ConfigError("after", `a master of ${before.market}, as \`before\` is`, after.market);
  }
  const ignored = new Set(options.ignore);
  const fields = masterFiles[before.market].layout.fields.map(({ name }) => name);
  const diff: MasterDiff<M> = { listed: [], delisted: [], renamed: [], halted: [], resumed: [], changed: [] };
  for (const [symbol, now] of after.instruments) {
    const then = before.instruments.get(symbol);
    if (then === undefined) {
      diff.listed.push(now);
      continue;
    }
    for (const field of fields) {
      const [from, to] = [valueOf(then, field), valueOf(now, field)];
      if (from === to) continue;
      if (!ignored.has(field)) diff.changed.push({ symbol, field, from, to });
      if (field === "koreanName")
        diff.renamed.push({ symbol, from: from as string | undefined, to: to as string | undefined });
      if (field === "isTradingHalted" && to === true) diff.halted.push(now);
      if (field === "isTradingHalted" && from === true) diff.resumed.push(now);
    }
  }
  for (const [symbol, then] of before.instruments) {
    if (!after.instruments.has(symbol)) diff.delisted.push(then);
  }
  return diff;
}

const valueOf = (instrument: object, field: string): unknown =>
  (instrument as Readonly<Record<string, unknown>>)[field];

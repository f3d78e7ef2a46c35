import { ConfigError } from "../../core/index.js";
import type { Instrument, MarketInstruments } from "../market.js";
import { type Master, checkMaster } from "../master.js";

/** The NXT file of a KRX market. */
export interface NxtMarkets {
  /** Nextrade's file for KOSPI. */
  readonly kospi: "nxt_kospi";
  /** Nextrade's file for KOSDAQ. */
  readonly kosdaq: "nxt_kosdaq";
}

/** The fields that {@link joinNxt} adds to an instrument. */
export interface NxtFields {
  /** Trades on NXT as well. */
  readonly isNxtTradable: boolean;
  /** Shares traded on NXT the day before; `undefined` if not traded there. As inexact as `previousVolume`. */
  readonly nxtPreviousVolume: number | undefined;
}

/** A master whose instruments say whether they trade on NXT. */
export interface NxtJoinedMaster<M extends keyof NxtMarkets> extends Omit<Master<M>, "instruments"> {
  /** Instruments by symbol, in the order of the file. */
  readonly instruments: Map<string, Instrument<M> & NxtFields>;
}

/**
 * Adds to each instrument whether it trades on NXT. KIS has no flag for that: an instrument trades there if it is in the
 * `nxt_` file of its market. The other fields of that file repeat those of KRX or are not filled, and are not used.
 *
 * @throws {@link ConfigError} if `nxt` is not the NXT file of the master's market and date.
 * @example
 * ```ts
 * const kospi = joinNxt(await downloadMaster("kospi"), await downloadMaster("nxt_kospi"));
 * kospi.instruments.get("005930")?.isNxtTradable; // true
 * ```
 */
export function joinNxt<M extends keyof NxtMarkets>(
  master: Master<M>,
  nxt: Master<NxtMarkets[M]>,
): NxtJoinedMaster<M> {
  checkMaster(master);
  checkMaster(nxt, "nxt");
  if (nxt.market !== `nxt_${master.market}` || nxt.date !== master.date) {
    throw new ConfigError(
      "nxt",
      `the master nxt_${master.market} of ${master.date}`,
      `${nxt.market} of ${nxt.date}`,
    );
  }
  const members = nxt.instruments as ReadonlyMap<string, MarketInstruments[NxtMarkets[M]]>;
  const instruments = new Map<string, Instrument<M> & NxtFields>();
  for (const [symbol, instrument] of master.instruments) {
    const member = members.get(symbol);
    instruments.set(symbol, {
      ...instrument,
      isNxtTradable: member !== undefined,
      nxtPreviousVolume: member?.previousVolume,
    });
  }
  return { ...master, instruments };
}

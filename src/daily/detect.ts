import type { FactorHint, FactorKind } from "../factors/index.js";

/** The fields of an instrument that show a corporate action; a `Master` of KOSPI, KOSDAQ or KONEX has them. */
export interface ListedInstrument {
  /** Base price of the day in KRW, as the exchange set it. */
  readonly basePrice?: number | undefined;
  /** KIS's code for rights that are off; `00` is none. */
  readonly exRightsType?: string | undefined;
  /** KIS's code for a change of par value; `00` is none. */
  readonly parValueChange?: string | undefined;
  /** KIS's code for an increase of capital; `00` is none. */
  readonly capitalIncreaseType?: string | undefined;
  /** Par value in KRW. */
  readonly parValue?: number | undefined;
  /** Listed shares, in thousands. */
  readonly listedSharesThousand?: number | undefined;
  /** An ETF. */
  readonly isEtf?: boolean | undefined;
  /** An ETN. */
  readonly isEtn?: boolean | undefined;
}

/** A master of a market, as far as `detect` reads it. */
export interface ListedMaster {
  /** Market of the file, such as `kospi`. */
  readonly market: string;
  /** What is listed, by symbol. */
  readonly instruments: ReadonlyMap<string, ListedInstrument>;
}

/** Codes of `exRightsType` that change no price basis by themselves: none, and cash dividends. */
const NO_ACTION: ReadonlySet<string | undefined> = new Set([undefined, "00", "02", "05"]);
/** Conversions of bonds move listed shares a little every day. */
const SHARES_MOVED = 0.001;
/**
 * Shares of a fund are created and redeemed every day (530 of KOSPI's changed in three days of April 2026, none by an
 * action). For a fund only a large change counts, with the base price moving the other way and the total worth unchanged.
 */
const FUND_MOVED = 1.4;
const FUND_WORTH = 1.5;

/**
 * The symbols whose prices may be on a new scale, from two masters of a market: by ex-rights code, par value, kind of
 * capital increase and listed shares. The base price changes every day, so it counts only together with a code.
 *
 * @returns what each is suspected of, in the order of `newer`.
 * @see facts/daily-bars.md section 3: codes of `flng_cls_code`, 01 to 06
 */
export function suspects(older: ListedMaster, newer: ListedMaster): Map<string, FactorHint> {
  const found = new Map<string, FactorHint>();
  for (const [symbol, now] of newer.instruments) {
    const before = older.instruments.get(symbol);
    if (before === undefined) continue; // newly listed: nothing is stored on another scale
    const hint = hintOf(before, now);
    if (hint !== undefined) found.set(symbol, hint);
  }
  return found;
}

function hintOf(before: ListedInstrument, now: ListedInstrument): FactorHint | undefined {
  const signs: string[] = [];
  let kind: FactorKind = "unknown";
  const isSet = (code: string | undefined): boolean => code !== undefined && code !== "00";
  if (isSet(now.parValueChange) || now.parValue !== before.parValue) {
    signs.push(
      `par value ${before.parValue ?? "?"} to ${now.parValue ?? "?"}, code ${now.parValueChange ?? "none"}`,
    );
    const grows = (now.parValue ?? 0) > (before.parValue ?? 0);
    kind = now.parValueChange === "02" || grows ? "reverse-split" : "split";
  }
  if (isSet(now.capitalIncreaseType)) {
    signs.push(`capital increase ${now.capitalIncreaseType}`);
    if (kind === "unknown") kind = now.capitalIncreaseType === "02" ? "bonus" : "rights";
  }
  if (!NO_ACTION.has(now.exRightsType)) {
    signs.push(`ex-rights code ${now.exRightsType}, base price ${now.basePrice ?? "unknown"}`);
    if (kind === "unknown" && now.exRightsType === "01") kind = "rights";
  }
  const [shares, earlier] = [now.listedSharesThousand ?? 0, before.listedSharesThousand ?? 0];
  if (shares > 0 && earlier > 0 && isMove(before, now, shares / earlier)) {
    signs.push(`listed shares ${earlier} to ${shares} thousand`);
    if (kind === "unknown" && shares < earlier) kind = "reduction";
  }
  return signs.length === 0 ? undefined : { kind, text: `master: ${signs.join("; ")}` };
}

/** Whether listed shares that are `ratio` times what they were may change a scale. */
function isMove(before: ListedInstrument, now: ListedInstrument, ratio: number): boolean {
  if (now.isEtf !== true && now.isEtn !== true) return Math.abs(ratio - 1) >= SHARES_MOVED;
  const price = (now.basePrice ?? 0) / (before.basePrice ?? 0);
  const isSplit = ratio >= FUND_MOVED && price <= 1 / FUND_MOVED;
  const isMerger = ratio <= 1 / FUND_MOVED && price >= FUND_MOVED;
  return (isSplit || isMerger) && Math.abs(Math.log(ratio * price)) <= Math.log(FUND_WORTH);
}

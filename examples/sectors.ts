// KRX's sectors: the index, a fund on it, and the flag of the master files that says who is in it.
import type { KrxSector } from "hantoo/testing";

/** One sector. */
export interface Sector {
  readonly name: string;
  /** KIS's code of the KRX index. */
  readonly index: string;
  /** A fund that follows the index. */
  readonly fund: string;
  /** The fund's name in the master, a check on its code. */
  readonly fundName: string;
  readonly members: KrxSector;
}

/** Codes as the masters of 2026-04-10 and the index list of 2025-12-03 have them. */
export const SECTORS: readonly Sector[] = (
  [
    ["Autos", "4002", "091180", "KODEX 자동차", "inKrxAuto"],
    ["Semiconductors", "4003", "091160", "KODEX 반도체", "inKrxSemiconductor"],
    ["Health care", "4004", "266420", "KODEX 헬스케어", "inKrxBio"],
    ["Banks", "4005", "091170", "KODEX 은행", "inKrxBank"],
    ["Energy and chemicals", "4007", "117460", "KODEX 에너지화학", "inKrxEnergyChemical"],
    ["Steel", "4008", "117680", "KODEX 철강", "inKrxSteel"],
    ["Construction", "4011", "117700", "KODEX 건설", "inKrxConstruction"],
    ["Securities", "4013", "102970", "KODEX 증권", "inKrxSecurities"],
    ["Machinery and ships", "4014", "102960", "KODEX 기계장비", "inKrxShipbuilding"],
    ["Insurance", "4015", "140700", "KODEX 보험", "inKrxInsurance"],
    ["Transport", "4016", "140710", "KODEX 운송", "inKrxTransportation"],
  ] as const
).map(([name, index, fund, fundName, members]) => ({ name, index, fund, fundName, members }));

/** KIS's code of KOSPI; 1001, which is KOSPI elsewhere, is KOSDAQ here. */
export const KOSPI = "0001";

/** What a price did over some trading days, as a share: 0.05 is 5 % up. `undefined` where a day lacks. */
export function changeOver(closes: readonly number[], days: number): number | undefined {
  const [now, then] = [closes.at(-1), closes.at(-1 - days)];
  return now === undefined || then === undefined || !(then > 0) || !(now > 0) ? undefined : now / then - 1;
}

/** Ahead of the market over each span, by fund and by index, and not falling over the longest. */
export function isTrending(spans: readonly SpanChange[]): boolean {
  const longest = spans.at(-1);
  return (
    longest !== undefined &&
    (longest.fund ?? -1) > 0 &&
    spans.every(({ fund = -Infinity, index = -Infinity, market = Infinity }) =>
      [fund, index].every((change) => change > market),
    )
  );
}

/** Changes over one span; `undefined` where a day lacks. */
export interface SpanChange {
  readonly days: number;
  readonly fund: number | undefined;
  readonly index: number | undefined;
  readonly market: number | undefined;
}

/** A share of a budget. */
export interface Allocation {
  readonly symbol: string;
  /** 0..1, of all sectors together. */
  readonly weight: number;
  /** Whole ones, as the budget allows. */
  readonly shares: number;
}

/** Weights by market cap, and the whole shares that a budget in KRW buys at these prices. */
export function allocate(
  members: readonly { readonly symbol: string; readonly cap: number; readonly priceKrw: number }[],
  budgetKrw: number,
): Allocation[] {
  const total = members.reduce((sum, { cap }) => sum + cap, 0);
  return members
    .map(({ symbol, cap, priceKrw }) => {
      const weight = total > 0 ? cap / total : 0;
      return { symbol, weight, shares: priceKrw > 0 ? Math.floor((budgetKrw * weight) / priceKrw) : 0 };
    })
    .sort((a, b) => b.weight - a.weight);
}

import { type TradingDay, kstInstant } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import { createRandom, fractionOf, hashText, mixHash } from "../random.js";
import type { WireRequest } from "../wire/index.js";
import { checkFault } from "./check-fault.js";
import { type Fault, type FaultAction, type FaultPlan, faultName } from "./fault.js";
import { ROW_FAULTS, type RowFaultName, type RowStrike, isRowFault } from "./row-fault.js";

/** Decides which faults of a plan strike a request, or a day of a symbol. */
export interface FaultInjector {
  /** @returns the faults that strike this request, in the order of the plan. */
  strike(request: WireRequest, nowMs: number): Struck;
  /**
   * Faults in KIS's own record of one symbol and day; absent if the plan has none, so that no time is lost on looking.
   */
  readonly onDay?: (place: RecordedDay) => readonly RowStrike[];
  /** How often each has struck, by name. */
  readonly counts: Readonly<Record<string, number>>;
  /** Counts a strike on rows: only whoever builds the rows sees that one changed. */
  hit(name: string): void;
}

/** What strikes one request. */
export interface Struck {
  readonly actions: readonly FaultAction[];
  /** Faults of the rows of this answer alone. */
  readonly rows: readonly RowStrike[];
}

/** A day of a symbol in KIS's own record, as an endpoint reads it at an instant. */
export interface RecordedDay {
  readonly symbol: string;
  readonly day: TradingDay;
  readonly nowMs: number;
  readonly trId: string;
}

/** @throws `ConfigError` for a fault that does not exist or could never strike. */
export function createFaultInjector(plan: FaultPlan, seed: number, calendar: TradingCalendar): FaultInjector {
  const random = createRandom(seed ^ 0x5eed);
  const given: readonly Fault[] = Array.isArray(plan)
    ? (plan as readonly Fault[])
    : Object.entries(plan).map(([name, probability]) => ({
        do: name as Extract<FaultAction, string>,
        probability: Number(probability),
      }));
  const faults = given.map(checkFault);
  const ofRequests = faults.filter((fault) => !isOfDays(fault));
  const ofDays = faults.filter(isOfDays);
  const seen = new Map(ofRequests.map((fault) => [fault, { matched: 0, struck: 0 }]));
  const counts: Record<string, number> = {};
  const hit = (name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };

  const strike = (request: WireRequest, nowMs: number): Struck => {
    const actions: FaultAction[] = [];
    const rows: RowStrike[] = [];
    for (const [fault, count] of seen) {
      if (!applies(fault, request) || !isTime(fault, nowMs)) continue;
      count.matched++;
      const drawn = random() < (fault.probability ?? 1);
      if (!drawn || (fault.nth !== undefined && fault.nth !== count.matched)) continue;
      if (count.struck >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
      count.struck++;
      hit(faultName(fault.do));
      if (isRowFault(fault.do)) rows.push(strikeOf(fault.do, fault, random));
      else actions.push(fault.do);
    }
    return { actions, rows };
  };
  if (ofDays.length === 0) return { strike, counts, hit };

  const heals = (fault: Fault, day: TradingDay): number =>
    fault.healsAfterDays === undefined
      ? Number.POSITIVE_INFINITY
      : kstInstant(calendar.addTradingDays(day, fault.healsAfterDays), "06:00");
  return {
    strike,
    counts,
    hit,
    onDay({ symbol, day, nowMs, trId }) {
      const strikes: RowStrike[] = [];
      for (const [index, fault] of ofDays.entries()) {
        if (!isRowFault(fault.do) || !isTime(fault, nowMs)) continue;
        if (fault.symbols?.includes(symbol) === false || fault.tradingDays?.includes(day) === false) continue;
        if (fault.endpoint !== undefined && trId !== fault.endpoint) continue;
        const key = mixHash(hashText(`${seed}/fault/${symbol}/${day}`), index);
        if (fractionOf(mixHash(key, 1)) >= (fault.probability ?? 1) || nowMs >= heals(fault, day)) continue;
        strikes.push(strikeOf(fault.do, fault, createRandom(mixHash(key, 2))));
      }
      return strikes;
    },
  };
}

function strikeOf(name: RowFaultName, fault: Fault, random: () => number): RowStrike {
  return { name, minutes: fault.minutes, count: fault.rows ?? 1, random };
}

function isOfDays(fault: Fault): boolean {
  return isRowFault(fault.do) && (fault.per ?? ROW_FAULTS[fault.do]) === "symbol-day";
}

function isTime({ from, until }: Fault, nowMs: number): boolean {
  return (from === undefined || nowMs >= from) && (until === undefined || nowMs < until);
}

function applies({ endpoint, symbols, when }: Fault, request: WireRequest): boolean {
  if (
    endpoint !== undefined &&
    !request.path.endsWith(endpoint) &&
    request.headers.get("tr_id") !== endpoint
  ) {
    return false;
  }
  const asked = request.query.get("FID_INPUT_ISCD") ?? request.query.get("PDNO") ?? "";
  if (symbols?.includes(asked) === false) return false;
  return when === undefined || when(request);
}

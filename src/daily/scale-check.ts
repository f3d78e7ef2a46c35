import { type Logger, type TradingDay, addDays, daysBetween } from "../core/index.js";
import {
  type ComparedDay,
  type Factor,
  type FactorHint,
  type FactorKind,
  newFactors,
} from "../factors/index.js";
import type { DailySource, SourceActionsRequest, SourceDailyBar } from "./daily-source.js";
import type { SymbolAnswer } from "./fetch-symbol.js";
import type { DailyTable } from "./rows/index.js";

/** What is compared, and what is already known. */
interface ScaleCheck {
  readonly symbol: string;
  readonly answer: SymbolAnswer;
  /** What is stored. */
  readonly table: DailyTable;
  /** Factors of the symbol in force. */
  readonly known: readonly Factor[];
  readonly hint: FactorHint | undefined;
  readonly nextDay: (day: TradingDay) => TradingDay;
  /** Epoch ms. */
  readonly observedAt: number;
}

/** How to ask a second witness. */
interface WitnessOptions {
  readonly source: DailySource;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly onCall: () => void;
}

/** @returns the changes of scale that raw and adjusted rows show; none where the known ones explain every day. */
export function checkScale({ answer, table, nextDay, ...rest }: ScaleCheck): Factor[] {
  const days = comparedDays(rest.symbol, answer, table);
  const last = days.at(-1)?.tradingDay;
  return last === undefined ? [] : newFactors({ ...rest, days, nextDay: nextDay(last) });
}

/**
 * The days that are final in both series. A row that still changes may differ between the two reads, which would look like
 * a change of scale.
 */
function comparedDays(
  symbol: string,
  { raw, adjusted = [] }: SymbolAnswer,
  table: DailyTable,
): ComparedDay[] {
  const fresh = new Map(raw.flatMap(({ rows }) => [...rows]));
  const rowOf = (day: TradingDay) => {
    const row = fresh.get(day);
    return row?.isFinal === true ? row : table.get(symbol, table.indexOf(day));
  };
  const ascending = adjusted.toSorted((a, b) => (a.tradingDay < b.tradingDay ? -1 : 1));
  return ascending.flatMap((bar: SourceDailyBar): ComparedDay[] => {
    const row = rowOf(bar.tradingDay);
    if (row === undefined || !row.isFinal || !bar.isFinal) return [];
    return [
      {
        tradingDay: bar.tradingDay,
        raw: [row.open ?? 0, row.high ?? 0, row.low ?? 0, row.close],
        adjusted: [bar.open, bar.high, bar.low, bar.close],
        rawVolume: row.volume,
        adjustedVolume: bar.volume,
      },
    ];
  });
}

type AskedKind = SourceActionsRequest["kind"];
/** The span around the day of an action in which the calendar is read, in days: one call covers 31. */
const AROUND = { before: 20, after: 10 } as const;
/** How many days the calendar may differ: after a halt, and with prices of a few won, a step shows some days off. */
const NEAR_DAYS = 5;

/**
 * Asks the depository's calendars what kind of action changed a scale.
 *
 * @returns what the first calendar with the action says; `undefined` if none has it or can be asked. A failed call is no
 * error here.
 */
export async function askWitness(factor: Factor, options: WitnessOptions): Promise<FactorHint | undefined> {
  const { source, logger, signal, onCall } = options;
  const { symbol, effectiveDate } = factor;
  if (source.corporateActions === undefined) return undefined;
  const span = { from: addDays(effectiveDate, -AROUND.before), to: addDays(effectiveDate, AROUND.after) };
  for (const kind of kindsOf(factor)) {
    try {
      const rows = await source.corporateActions({ kind, symbol, ...span, signal, onCall });
      const row = rows.find(
        (found) =>
          found.symbol === symbol &&
          found.effectiveDate !== undefined &&
          Math.abs(daysBetween(found.effectiveDate, effectiveDate)) <= NEAR_DAYS,
      );
      if (row !== undefined)
        return {
          kind: nameOf(kind, factor.priceFactor),
          text: `depository: ${kind} on ${row.effectiveDate ?? ""}, ratio ${row.ratio ?? "not stated"}`,
        };
    } catch (error) {
      signal.throwIfAborted();
      logger.info({ symbol, kind, err: error }, "the depository's calendar could not be asked");
      return undefined;
    }
  }
  return undefined;
}

/** The calendar of the kind, if it is known; else all that fit, the likelier ones first. */
function kindsOf({ kind, priceFactor }: Factor): readonly AskedKind[] {
  if (kind === "split" || kind === "reverse-split") return ["split"];
  if (kind !== "unknown") return [kind];
  return priceFactor < 1 ? ["bonus", "rights", "split", "merger"] : ["reduction", "split", "merger"];
}

const nameOf = (kind: AskedKind, priceFactor: number): FactorKind =>
  kind === "split" && priceFactor > 1 ? "reverse-split" : kind;

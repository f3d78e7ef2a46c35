import { ConfigError, MINUTE_MS, SETTLE_MS, checkOptions } from "../../../core/index.js";
import { LIVE_CAPACITY, type SourceCapacity } from "../../evidence/index.js";

/** What a cadence is planned from. */
export interface CadenceInput {
  /** How many symbols are followed. */
  readonly symbols: number;
  /** @defaultValue KIS's live limits: 18 calls a second, 120 minutes a call */
  readonly capacity?: SourceCapacity;
  /** How old a final minute may become before it is asked for, in milliseconds. @defaultValue as short as the rate allows */
  readonly lagMs?: number;
  /** How long KIS needs to settle a minute, in milliseconds. @defaultValue 10000 */
  readonly settleMs?: number;
}

/** How a session is followed. */
export interface Cadence {
  /** Each symbol is asked for once in so many minutes; the symbols are spread evenly over them. */
  readonly everyMinutes: number;
  /** Calls that one answer costs at this pace. */
  readonly callsPerSymbol: number;
  /** Calls a minute, on average. */
  readonly callsPerMinute: number;
  /** The share of the source's rate that this takes; above 1 it cannot be kept. */
  readonly utilisation: number;
  /**
   * How old a minute gets at most before it is fetched, in milliseconds from its end, without the upload. `Infinity`
   * where the rate cannot follow: what is behind is then fetched after the close.
   */
  readonly lagMs: number;
  /** Whether the rate can follow, within the `lagMs` asked for. */
  readonly feasible: boolean;
}

/**
 * The share of a rate that may be used: retries, a slow answer and other users of the key need room, a tenth of one
 * live key's rate. Several keys need no more than one does.
 */
const usableShare = (ratePerSecond: number): number =>
  Math.max(0.9, 1 - (0.1 * LIVE_CAPACITY.ratePerSecond) / ratePerSecond);

/** The longest session there is: NXT's and KRX's together, 08:00 to 20:00. */
const LONGEST_MINUTES = 720;

/**
 * Plans the fewest calls that keep a lag: every minute for few symbols, in turns for many.
 *
 * @example
 * ```ts
 * const { everyMinutes, lagMs } = planCadence({ symbols: 2000 }); // each symbol every 3 minutes
 * ```
 * @returns the pace for `lagMs`, or the fastest there is if that cannot be kept (`feasible` is false then).
 * @throws {@link ConfigError} if a number is missing or out of range.
 */
export function planCadence(input: CadenceInput): Cadence {
  const {
    symbols,
    capacity = LIVE_CAPACITY,
    lagMs,
    settleMs = SETTLE_MS,
  } = checkOptions(input, "an object with `symbols`");
  if (!(Number.isInteger(symbols) && symbols >= 0))
    throw new ConfigError("symbols", "how many symbols, a whole number", symbols);
  if (lagMs !== undefined && !(typeof lagMs === "number" && lagMs > 0))
    throw new ConfigError("lagMs", "milliseconds above 0", lagMs);
  const { ratePerSecond, minutesPerCall } = checkOptions(capacity, "an object, or left out", "capacity");
  if (!(ratePerSecond > 0 && minutesPerCall > 0))
    throw new ConfigError("capacity", "`ratePerSecond` and `minutesPerCall` above 0", capacity);
  let fastest: Cadence | undefined;
  let fewest: Cadence | undefined;
  for (let everyMinutes = 1; everyMinutes <= LONGEST_MINUTES; everyMinutes++) {
    const cadence = paceOf(everyMinutes, symbols, capacity, settleMs);
    if (cadence.utilisation > usableShare(ratePerSecond)) continue;
    fastest ??= cadence;
    if (lagMs === undefined || cadence.lagMs > lagMs) break;
    if (fewest === undefined || cadence.callsPerMinute < fewest.callsPerMinute) fewest = cadence;
  }
  if (fewest !== undefined) return fewest;
  if (fastest === undefined) {
    const cadence = paceOf(LONGEST_MINUTES, symbols, capacity, settleMs);
    return { ...cadence, lagMs: Infinity, feasible: false };
  }
  return { ...fastest, feasible: lagMs === undefined || fastest.lagMs <= lagMs };
}

function paceOf(everyMinutes: number, symbols: number, capacity: SourceCapacity, settleMs: number): Cadence {
  // One minute more than the pace: a page that ends on the first minute wanted does not prove that none is missing there.
  const callsPerSymbol = Math.ceil((everyMinutes + 1) / capacity.minutesPerCall);
  const callsPerMinute = (symbols * callsPerSymbol) / everyMinutes;
  const callsInTurn = Math.ceil(symbols / everyMinutes) * callsPerSymbol;
  return {
    everyMinutes,
    callsPerSymbol,
    callsPerMinute,
    utilisation: callsInTurn / ((capacity.ratePerSecond * MINUTE_MS) / 1000),
    lagMs:
      settleMs + (everyMinutes - 1) * MINUTE_MS + Math.ceil((callsInTurn / capacity.ratePerSecond) * 1000),
    feasible: true,
  };
}

/** The turn of a symbol: after which minutes, counted from the session's first, it is asked for. */
export function turnOf(position: number, everyMinutes: number): number {
  return position % everyMinutes;
}

/**
 * Whether a turn came between two counts of final minutes.
 *
 * @param asked - how many minutes were final when the symbol was last asked for; 0 if it never was.
 * @param final - how many are final now.
 */
export function isTurn(asked: number, final: number, turn: number, everyMinutes: number): boolean {
  const turns = (count: number): number => Math.floor((count - 1 - turn) / everyMinutes);
  return final > asked && turns(final) > turns(asked);
}

/**
 * What a pace has learned of KIS's limit. It climbs slowly and falls at once when KIS refuses, as AIMD does (additive
 * increase, multiplicative decrease).
 */
export interface Learned {
  /** Calls a second that the pace tries now. */
  readonly rate: number;
  /** The rate that KIS refused last; `undefined` before the first refusal, and once that rate is passed. */
  readonly refusedRate: number | undefined;
  /** Refusals, less one for each step climbed since the refused rate was passed. */
  readonly strikes: number;
}

/** What a pace has learned, and the milliseconds for which calls have left at this rate without a refusal. */
export interface PaceState extends Learned {
  readonly cleanMs: number;
}

export const firstState = (rate: number): PaceState => ({
  rate,
  refusedRate: undefined,
  strikes: 0,
  cleanMs: 0,
});

/** Without a refusal so far, the rate climbs by one call a second in each minute. */
const CLIMB_MS = 60_000;
/**
 * After a first refusal the rate climbs half the way back every five seconds: one of KIS's servers may count for itself.
 * After further refusals on the way back it waits a minute, then twice as long each time, up to 32 minutes.
 */
const SECOND_LOOK_MS = 5000;
const MOST_STRIKES = 7;
/** The rate always falls at least to this share of itself, because calls arrive unevenly. */
const DECREASE = 0.9;
/** The lowest limit KIS is known to set; only a refusal at that rate leads below it. @see KIS notice of 2026-04-03 */
const LOWEST_KNOWN = 3;
/** The share if nothing was let through. */
const DECREASE_BLIND = 0.5;

function holdMs({ rate, refusedRate, strikes }: PaceState): number {
  if (refusedRate === undefined || rate >= refusedRate) return CLIMB_MS;
  return strikes <= 1 ? SECOND_LOOK_MS : CLIMB_MS * 2 ** (strikes - 2);
}

/** The state after calls have left at `state.rate` for `usedMs` more without a refusal. */
export function afterUse(state: PaceState, ceiling: number, usedMs: number): PaceState {
  // The ceiling of another client keeps calls from leaving at this rate.
  if (state.rate > ceiling) return state;
  const cleanMs = state.cleanMs + usedMs;
  if (cleanMs < holdMs(state)) return { ...state, cleanMs };
  const { rate, refusedRate, strikes } = state;
  const isPassed = refusedRate === undefined || rate >= refusedRate;
  const step = isPassed ? 1 : Math.max(1, Math.floor((refusedRate - rate) / 2));
  return {
    rate: Math.min(ceiling, rate + step),
    refusedRate: isPassed ? undefined : refusedRate,
    strikes: isPassed ? Math.max(0, strikes - 1) : strikes,
    cleanMs: 0,
  };
}

/**
 * The state after a refusal: the rate falls at once to what KIS let through in the second before.
 *
 * @param letThrough - calls; `undefined` where that is not known.
 */
export function afterRefusal(state: PaceState, ceiling: number, letThrough: number | undefined): PaceState {
  const rate = Math.min(ceiling, state.rate);
  const most = rate * (letThrough === 0 ? DECREASE_BLIND : DECREASE);
  // A burst that has just begun has too few calls to tell a rate.
  const least = rate > LOWEST_KNOWN ? LOWEST_KNOWN : Math.min(1, ceiling / 2);
  const fallen = letThrough === undefined || letThrough === 0 ? most : Math.min(most, letThrough);
  return {
    rate: Math.max(least, wholeFrom1(fallen)),
    refusedRate: rate,
    strikes: Math.min(MOST_STRIKES, state.strikes + 1),
    cleanMs: 0,
  };
}

/** KIS counts whole calls: 16.2 a second let 17 into some seconds. */
const wholeFrom1 = (rate: number): number => (rate >= 1 ? Math.floor(rate) : rate);

/** What an earlier process learned counts for a week. */
const LEARNED_TTL_MS = 7 * 86_400_000;

/** What is kept for the next process. */
export const formatLearned = ({ rate, refusedRate, strikes }: Learned, at: number): object => ({
  rate,
  refusedRate,
  strikes,
  at,
});

/** @returns what was kept, and when; `undefined` unless it is whole, plausible and no older than a week. */
export function readLearned(value: unknown, now: number): (Learned & { readonly at: number }) | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { rate, refusedRate, strikes, at } = value as Record<string, unknown>;
  const isRate = (number: unknown): number is number =>
    typeof number === "number" && number > 0 && number <= 1000;
  if (!isRate(rate) || !Number.isSafeInteger(at) || !Number.isInteger(strikes)) return undefined;
  if (refusedRate !== undefined && !isRate(refusedRate)) return undefined;
  const [kept, count] = [Number(at), Number(strikes)];
  if (now - kept > LEARNED_TTL_MS || kept > now || count < 0 || count > MOST_STRIKES) return undefined;
  return { rate, refusedRate, strikes: count, at: kept };
}

/** How the pace answers refusals: at once downwards, slowly back. Times are monotonic milliseconds. */
export interface RateState {
  /** Share of the full rate right after the last refusal, in (0, 1]. */
  readonly share: number;
  /** When that was. */
  readonly since: number;
}

export const FULL_RATE: RateState = { share: 1, since: Number.NEGATIVE_INFINITY };

/** A tenth less at a refusal, for arrivals scatter; much less at the next one soon after: the limit is another. */
const DECREASE = 0.9;
const DECREASE_SOON = 0.6;
const SOON_MS = 10_000;
const FLOOR = 0.1;
/** Refusals within one second come from one burst and count once. KIS's window is a second. */
const ONE_EVENT_MS = 1000;
/** What one refusal took comes back in half a minute; from the floor to the full rate takes four and a half. */
const RECOVERY_PER_MS = (1 - DECREASE) / 30_000;

/** Share of the full rate at `now`. */
export function shareAt(state: RateState, now: number): number {
  if (state.share >= 1) return 1;
  return Math.min(1, state.share + Math.max(0, now - state.since) * RECOVERY_PER_MS);
}

/** The state after a refusal at `now`. */
export function afterRefusal(state: RateState, now: number): RateState {
  if (now - state.since < ONE_EVENT_MS) return state;
  const decrease = now - state.since < SOON_MS ? DECREASE_SOON : DECREASE;
  return { share: Math.max(FLOOR, shareAt(state, now) * decrease), since: now };
}

import { MINUTE_MS, kstDay, minuteOf } from "../../../core/index.js";
import type { StreamPorts } from "../stream-ports.js";

/** For so long many symbols are never silent all at once by chance. */
const FIRST_MS = 180_000;
/** So many symbols are never silent all at once for minutes while the market trades; fewer may be. */
const MANY_SYMBOLS = 5;
/** Records that are further apart flow no more. One symbol that seldom trades proves nothing of a connection. */
const PAUSE_MS = 60_000;

/**
 * Notices a session that has gone mute: KIS acknowledged everything and delivers nothing. One silent symbol is normal; if
 * all of them are silent while the market trades, that is not. Each time that a new connection did not help, the time to
 * wait doubles for the rest of the day; one helped if its records flow for as long as their silence would be borne.
 */
export class MuteWatch {
  #borneMs = FIRST_MS;
  #day: string | undefined;
  /** Monotonic ms of the last record, and since when none was waited for longer than {@link PAUSE_MS}. */
  #heardAt = Number.NEGATIVE_INFINITY;
  #flowsSince = 0;

  /**
   * @param symbols - whose trades KIS acknowledged.
   * @param quietMs - how long nothing came of any.
   */
  isMute(
    { calendar, clock }: Pick<StreamPorts, "calendar" | "clock">,
    symbols: number,
    quietMs: number,
  ): boolean {
    const at = clock.now();
    if (symbols === 0) return false;
    const first = kstDay(at) === this.#day ? this.#borneMs : FIRST_MS;
    const borneMs = first * Math.max(1, MANY_SYMBOLS / symbols);
    if (quietMs < borneMs) return false;
    return isTrading(calendar, at) && isTrading(calendar, at - borneMs);
  }

  /** Records came. @param now - monotonic ms. */
  sawData(now: number): void {
    if (now - this.#heardAt > PAUSE_MS) this.#flowsSince = now;
    this.#heardAt = now;
    if (now - this.#flowsSince >= this.#borneMs) this.#borneMs = FIRST_MS;
  }

  /** A connection was ended because it was mute. @param at - epoch ms. */
  ended(at: number): void {
    const day = kstDay(at);
    this.#borneMs = day === this.#day ? this.#borneMs * 2 : FIRST_MS * 2;
    this.#day = day;
  }
}

/** Whether the exchange trades continuously in the minute of an instant; `false` if that is not known. */
function isTrading(calendar: StreamPorts["calendar"], atMs: number): boolean {
  try {
    const minutes = calendar.minutes(kstDay(atMs));
    return minutes.includes(minuteOf(atMs)) && minutes.includes(minuteOf(atMs) - MINUTE_MS);
  } catch {
    return false;
  }
}

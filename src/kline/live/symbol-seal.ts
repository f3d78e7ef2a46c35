import { MINUTE_MS, type MinuteBar, type MinuteHole } from "../../core/index.js";
import type { SourceBars } from "../evidence/index.js";
import type { MinuteBuilder } from "./minute-builder.js";

/** A final bar. */
export interface SealedBar {
  readonly bar: MinuteBar;
  /** Whether it is another one than the trades made. */
  readonly differs: boolean;
}

/** Asked so often and still without a row for a minute that traded, REST is believed. */
const MOST_DISPUTES = 3;
/** A symbol whose trades say nothing is asked about that seldom: a feed can say yes and be silent. */
const QUIET_MS = 5 * MINUTE_MS;

/** A page of today's minutes has 30 rows on paper. */
const LOOK_BACK_MS = 25 * MINUTE_MS;

/** How far one symbol's day is sealed, and whether it is to be asked about; pure. */
export class SymbolSeal {
  readonly #builder: MinuteBuilder;
  /** The last sealed minute, epoch ms. */
  #through: number;
  /** When it was last asked about with an answer, by the market's time. */
  #askedAt = -Infinity;
  #disputes = 0;
  #disputed = -Infinity;

  /** @param through - nothing up to this minute is wanted. */
  constructor(builder: MinuteBuilder, through: number) {
    this.#builder = builder;
    this.#through = through;
  }

  get through(): number {
    return this.#through;
  }

  /**
   * Where to ask from: a little before the first minute that is not sealed, because the bar before it says how many
   * shares there were until then. The first time so long before that a quiet symbol has one, and a page still holds it.
   */
  get from(): number {
    return this.#through - (this.#askedAt === -Infinity ? LOOK_BACK_MS : 0);
  }

  /**
   * @param final - the last minute that is final now, epoch ms.
   * @param isLast - whether it is the session's last.
   * @param now - epoch ms, the market's time.
   */
  isDue(final: number, isLast: boolean, now: number): boolean {
    if (this.#askedAt === -Infinity) return final >= this.#through;
    if (this.#through >= final) return false;
    if (isLast || this.#builder.hasUnsealed(final)) return true;
    return now - this.#askedAt >= QUIET_MS;
  }

  /**
   * @param final - as it was when the answer was asked for.
   * @param askedAt - when that was, epoch ms by the market's time.
   * @returns the bars that are final by it, ascending.
   */
  take(answer: SourceBars, minutes: readonly number[], final: number, askedAt: number): SealedBar[] {
    this.#askedAt = askedAt;
    const byMinute = new Map(answer.bars.map((bar) => [bar.time, bar]));
    const reach = Math.min(final, answer.through);
    let through = this.#through;
    let accVolume = 0;
    const sealed: SealedBar[] = [];
    for (const minute of minutes) {
      if (minute > reach) break;
      const bar = byMinute.get(minute);
      if (minute <= this.#through) {
        if (bar !== undefined) accVolume = bar.accVolume;
        continue;
      }
      if (bar === undefined && this.#isDisputed(minute, answer.holes ?? [])) break;
      through = minute;
      if (bar === undefined) continue;
      accVolume = bar.accVolume;
      sealed.push({ bar, differs: this.#builder.seal(bar) });
    }
    // An answer that begins late, and has no bar up to here, does not say how many shares there were.
    const isKnown = accVolume > 0 || this.#through < (minutes[0] ?? 0);
    this.#through = through;
    // What is not wanted, by a clock that was ahead, may lie beyond what the answer knows.
    this.#builder.sealedThrough(Math.min(through, reach), isKnown ? accVolume : undefined);
    return sealed;
  }

  /** The trades say that a minute traded, and the answer has no bar: it may be late. */
  #isDisputed(minute: number, holes: readonly MinuteHole[]): boolean {
    const isHole = holes.some(({ from, to }) => minute >= from && minute <= to);
    if (isHole || !this.#builder.traded(minute)) return false;
    this.#disputes = this.#disputed === minute ? this.#disputes + 1 : 1;
    this.#disputed = minute;
    return this.#disputes <= MOST_DISPUTES;
  }
}

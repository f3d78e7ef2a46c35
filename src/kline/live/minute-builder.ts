import { MINUTE_MS, type MinuteBar, minuteOf } from "../../core/index.js";
import type { LiveGap, LiveTrade } from "../evidence/index.js";
import { isSameDay } from "./market-clock.js";

/** A minute as the trades so far make it. */
export interface ProvisionalBar {
  readonly bar: MinuteBar;
  /**
   * Shares that did not come, of this minute: they are in its volume, and its high or low may lack them. Where the
   * gap reaches over several minutes they may be any of those, and are in no volume.
   */
  readonly missingShares: number;
}

interface Draft {
  readonly minute: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  turnover: number;
  /** Running total at its last trade. */
  accVolume: number;
  missingShares: number;
  /** As it was last given. */
  given: ProvisionalBar | undefined;
  isChanged: boolean;
}

/** A gap reaches over no more than a day: a slow consumer's may begin on the one before. */
const MOST_MARKED_MS = 1440 * MINUTE_MS;

/** One symbol's minutes from its trades; pure. Volume and turnover are differences of the running totals. */
export class MinuteBuilder {
  readonly symbol: string;
  readonly #drafts = new Map<number, Draft>();
  /** Shares of gaps over several minutes, by minute: some may have no trade that came. */
  readonly #marks = new Map<number, number>();
  /** Where the totals stand: after the last trade, what a gap counted included. */
  #last: { accVolume: number; accTurnover: number; time: number } | undefined;
  /** The first minute of the day that the trades are proved to cover from its very beginning. */
  #wholeFrom = Infinity;
  /** The first minute that began after the subscription: from there on a bar is to be expected. */
  #startedAt = Infinity;
  /** From here on something may be missing that no trade has shown yet. */
  #unsureFrom = Infinity;
  /** Minutes of which only the source can say whether trades are missing: no later trade has shown it. */
  #doubt = { from: Infinity, to: -Infinity };
  /** The running total, and the sealed bars' own count, at the end of what is sealed. */
  #anchor: { readonly stream: number | undefined; readonly sealed: number } | undefined;
  /** The last sealed minute, and the running total at its end: it still anchors what follows. */
  #sealedTo = -Infinity;
  #lastSealedEnd: number | undefined;

  constructor(symbol: string) {
    this.symbol = symbol;
  }

  /** Trades come from an instant of the market on. */
  startsAt(time: number): void {
    this.#startedAt = Math.min(this.#startedAt, Math.ceil(time / MINUTE_MS) * MINUTE_MS);
    this.#doubt.to = Math.min(this.#doubt.to, minuteOf(time));
  }

  /** The clock was put right: trades that come from an instant to come on do so from this one. */
  startsEarlier(time: number): void {
    if (this.#startedAt < Infinity)
      this.#startedAt = Math.min(this.#startedAt, Math.ceil(time / MINUTE_MS) * MINUTE_MS);
  }

  /** What comes may be incomplete from an instant on, until the symbol's next trade shows what was missed. */
  unsureAt(time: number): void {
    this.#unsureFrom = Math.min(this.#unsureFrom, minuteOf(time));
    this.#doubt = { from: Math.min(this.#doubt.from, minuteOf(time)), to: Infinity };
  }

  /**
   * No more trades will come: the minute in which they end is not whole, and of those before it that are not sealed no
   * later trade will show what was missed.
   *
   * @param last - the last minute up to then that can have a bar.
   */
  endsAt(time: number, last: number): void {
    this.unsureAt(time);
    this.#doubt = { from: this.#sealedTo + MINUTE_MS, to: last };
  }

  /** @param isLabel - whether a bar can exist in a minute; trades of others move the totals alone. */
  trade(trade: LiveTrade, isLabel: (minute: number) => boolean): void {
    const { time, price, volume, accVolume, accTurnover } = trade;
    if (this.#last !== undefined && !isSameDay(time, this.#last.time)) this.#newDay();
    const before = accVolume - volume;
    const last = (this.#last ??= { accVolume: before, accTurnover: accTurnover - price * volume, time });
    // Nothing shows what was missed before the first trade that came, unless it is the day's very first.
    if (this.#wholeFrom === Infinity) this.#wholeFrom = minuteOf(time) + (before === 0 ? 0 : MINUTE_MS);
    if (this.#anchor !== undefined && this.#anchor.stream === undefined)
      this.#anchor = { ...this.#anchor, stream: before };
    if (before > last.accVolume)
      this.#miss(before - last.accVolume, accTurnover - price * volume - last.accTurnover, last.time, time);
    this.#isSure();
    const minute = minuteOf(time);
    const shares = Math.max(0, accVolume - last.accVolume);
    const won = Math.max(0, accTurnover - last.accTurnover);
    this.#last = { accVolume, accTurnover, time };
    if (minute <= this.#sealedTo) this.#lastSealedEnd = accVolume;
    if (minute <= this.#sealedTo || !isLabel(minute)) return;
    const draft = this.#drafts.get(minute) ?? this.#begin(minute, price);
    draft.high = Math.max(draft.high, price);
    draft.low = Math.min(draft.low, price);
    draft.close = price;
    draft.volume += shares;
    draft.turnover += won;
    draft.accVolume = accVolume;
    draft.isChanged = true;
  }

  gap({ shares, turnover, from, to }: LiveGap): void {
    if (this.#last !== undefined && shares > 0) this.#miss(shares, turnover, from, to);
    this.#isSure();
  }

  /**
   * @param until - epoch ms: minutes that have ended by then.
   * @returns those not given yet, or given otherwise, ascending.
   */
  ended(until: number): ProvisionalBar[] {
    const bars: ProvisionalBar[] = [];
    for (const draft of this.#ascending()) {
      if (!draft.isChanged || draft.minute + MINUTE_MS > until) continue;
      if (draft.minute < this.#wholeFrom || draft.minute >= this.#unsureFrom) continue;
      draft.isChanged = false;
      draft.given = this.#barOf(draft);
      bars.push(draft.given);
    }
    return bars;
  }

  /** Whether trades of a minute at or before `through` wait for their seal, a gap touched one, or one is in doubt. */
  hasUnsealed(through: number): boolean {
    if (this.#doubt.from <= Math.min(through, this.#doubt.to)) return true;
    for (const minute of this.#drafts.keys()) if (minute <= through) return true;
    for (const minute of this.#marks.keys()) if (minute <= through) return true;
    return false;
  }

  /** Whether the trades prove that a minute traded. */
  traded(minute: number): boolean {
    return (this.#drafts.get(minute)?.volume ?? 0) > 0;
  }

  /**
   * The final bar of a minute has come.
   *
   * @returns whether it is another one than the trades made, or would have made.
   */
  seal(bar: MinuteBar): boolean {
    const draft = this.#drafts.get(bar.time);
    if (draft === undefined) return bar.time >= this.#startedAt;
    return !isSameBar((draft.given ?? this.#barOf(draft)).bar, bar);
  }

  /** Everything up to `through` is sealed. @param accVolume - what the sealed bars count up to there, if they say. */
  sealedThrough(through: number, accVolume: number | undefined): void {
    this.#sealedTo = Math.max(this.#sealedTo, through);
    for (const draft of this.#ascending()) {
      if (draft.minute > through) break;
      this.#lastSealedEnd = draft.accVolume;
      this.#drafts.delete(draft.minute);
    }
    for (const minute of this.#marks.keys()) if (minute <= through) this.#marks.delete(minute);
    this.#doubt.from = Math.max(this.#doubt.from, through + MINUTE_MS);
    const [next] = this.#ascending();
    const stream =
      this.#lastSealedEnd ?? (next === undefined ? this.#last?.accVolume : next.accVolume - next.volume);
    if (accVolume !== undefined) this.#anchor = { stream, sealed: accVolume };
  }

  /** A trade, or a gap, shows all that was missed before it. */
  #isSure(): void {
    this.#unsureFrom = Infinity;
    this.#doubt = { from: Infinity, to: -Infinity };
  }

  #begin(minute: number, price: number): Draft {
    const draft: Draft = {
      minute,
      open: price,
      high: price,
      low: price,
      close: price,
      volume: 0,
      turnover: 0,
      accVolume: 0,
      missingShares: this.#marks.get(minute) ?? 0,
      given: undefined,
      isChanged: true,
    };
    this.#drafts.set(minute, draft);
    return draft;
  }

  #miss(shares: number, turnover: number, from: number, to: number): void {
    const last = this.#last;
    if (last === undefined) return;
    last.accVolume += shares;
    last.accTurnover += turnover;
    const end = minuteOf(to);
    const first = Math.max(minuteOf(from), end - MOST_MARKED_MS);
    for (let minute = first; minute <= end; minute += MINUTE_MS) {
      const draft = this.#drafts.get(minute);
      if (draft === undefined) this.#marks.set(minute, (this.#marks.get(minute) ?? 0) + shares);
      else {
        draft.missingShares += shares;
        draft.isChanged = true;
        if (first === end) {
          draft.volume += shares;
          draft.turnover += turnover;
          draft.accVolume += shares;
        }
      }
    }
  }

  #barOf(draft: Draft): ProvisionalBar {
    const { minute: time, open, high, low, close, volume, turnover, missingShares } = draft;
    const { stream = this.#firstBefore(), sealed = 0 } = this.#anchor ?? {};
    const accVolume = Math.max(volume, draft.accVolume - stream + sealed);
    return { bar: { time, open, high, low, close, volume, accVolume, turnover }, missingShares };
  }

  #firstBefore(): number {
    const [first] = this.#ascending();
    return first === undefined ? 0 : first.accVolume - first.volume;
  }

  #ascending(): Draft[] {
    return [...this.#drafts.values()].sort((a, b) => a.minute - b.minute);
  }

  /** The totals begin at 0 again, and the day's first trade shows no gap before it. */
  #newDay(): void {
    this.#wholeFrom = Infinity;
    this.#last = undefined;
    this.#anchor = undefined;
    this.#lastSealedEnd = undefined;
    this.#marks.clear();
  }
}

function isSameBar(a: MinuteBar, b: MinuteBar): boolean {
  const isSameTurnover = a.turnover === undefined || b.turnover === undefined || a.turnover === b.turnover;
  return (
    a.open === b.open &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close &&
    a.volume === b.volume &&
    isSameTurnover
  );
}

import { KST_OFFSET_MS } from "../../core/index.js";
import type { TradeRecord } from "../wire/index.js";
import type { GapEvent, TradeEvent } from "./stream-events.js";

/** Takes the result: trades in the order of the running totals, and gaps where trades are proved to be missing. */
type Emit = (event: TradeEvent | GapEvent) => void;

/** How long a record waits for earlier ones. KIS documents no order, and without the wait every late record is a gap. */
export const HOLD_MS = 500;
/** More than any frame holds. */
const MOST_HELD = 64;

/**
 * One symbol's trades, put in order by the running total of shares: KIS sends no sequence number.
 *
 * A record whose total does not follow the one before waits {@link HOLD_MS} for the trades between. After that they are
 * reported as a gap, and dropped if they still come.
 */
export class TradeSequence {
  #last: TradeRecord | undefined;
  /** Records that wait for earlier ones, by total; each with the monotonic ms since when. */
  #held: { readonly record: TradeRecord; readonly since: number }[] = [];
  /** A record of another count: of an earlier day, or later with a smaller total. KIS may have started it again. */
  #anew: TradeRecord | undefined;
  /** The trade before a jump of the count that no trade has confirmed yet. */
  #sure: TradeRecord | undefined;
  readonly #onOdd: (record: TradeRecord) => void;

  /** @param onOdd - hears of a record that others contradict; it is not given as a trade. */
  constructor(onOdd: (record: TradeRecord) => void = () => undefined) {
    this.#onOdd = onOdd;
  }

  /**
   * @param now - monotonic ms.
   * @param mayWait - `false` for the first record of a connection: earlier ones will not come.
   */
  take(record: TradeRecord, now: number, mayWait: boolean, emit: Emit): void {
    const last = this.#last;
    const days = last === undefined ? 1 : dayOf(record) - dayOf(last);
    if (last === undefined || days > 0) {
      this.flush(emit);
      this.#sure = this.#last;
      return this.#give(record, emit);
    }
    const before = record.accVolume - record.volume;
    if (days < 0 || record.accVolume <= last.accVolume) return this.#takeOld(record, last, emit);
    if (before <= last.accVolume) {
      this.#sure = undefined;
      this.#give(record, emit);
      return this.#join(emit);
    }
    if (!mayWait) this.flush(emit);
    else if (this.#held.some((held) => held.record.accVolume === record.accVolume)) return;
    this.#held.push({ record, since: now });
    this.#held.sort((a, b) => a.record.accVolume - b.record.accVolume);
    if (!mayWait) this.flush(emit);
    else if (this.#held.length > MOST_HELD) this.#giveUp(emit);
  }

  /** Gives up on records that waited long enough. @param now - monotonic ms. */
  expire(now: number, emit: Emit): void {
    while (this.#held.some(({ since }) => now - since >= HOLD_MS)) this.#giveUp(emit);
  }

  /** Gives up on all waiting records, because the connection is lost. */
  flush(emit: Emit): void {
    while (this.#held.length > 0) this.#giveUp(emit);
  }

  /** Whether a record waits. */
  get isWaiting(): boolean {
    return this.#held.length > 0;
  }

  /** Takes the waiting record with the smallest total. The trades before it are missing. */
  #giveUp(emit: Emit): void {
    const [first] = this.#held;
    const last = this.#last;
    if (first === undefined || last === undefined) return;
    this.#held.shift();
    const { record } = first;
    // Trades after it had smaller totals: it is none.
    if (record.time < last.time) return this.#onOdd(record);
    const shares = record.accVolume - record.volume - last.accVolume;
    const turnover = record.accTurnover - record.price * record.volume - last.accTurnover;
    if (shares > 0) {
      emit({ kind: "gap", symbol: record.symbol, shares, turnover, from: last.time, to: record.time });
      this.#sure = last;
    }
    this.#give(record, emit);
    this.#join(emit);
  }

  #join(emit: Emit): void {
    for (;;) {
      const [first] = this.#held;
      const total = this.#last?.accVolume ?? 0;
      if (first === undefined || first.record.accVolume - first.record.volume > total) return;
      this.#held.shift();
      if (first.record.accVolume > total) this.#give(first.record, emit);
    }
  }

  /** A repeated or late record; or one of another count, which is believed once the next one agrees. */
  #takeOld(record: TradeRecord, last: TradeRecord, emit: Emit): void {
    const anew = this.#anew;
    const isEarlierDay = dayOf(record) < dayOf(last);
    if (record.volume === 0 || (!isEarlierDay && record.time <= last.time)) return this.#dropAnew();
    if (anew === undefined || record.accVolume - record.volume !== anew.accVolume) {
      this.#dropAnew();
      this.#anew = record;
      return;
    }
    this.#anew = undefined;
    this.flush(emit);
    this.#giveUpJump(anew, emit);
    this.#give(anew, emit);
    this.#give(record, emit);
  }

  /** The count goes on below where it had jumped to: the trades between the one before the jump and `next` are missing. */
  #giveUpJump(next: TradeRecord, emit: Emit): void {
    const [sure, last] = [this.#sure, this.#last];
    this.#sure = undefined;
    const before = next.accVolume - next.volume;
    if (sure === undefined || last === undefined || dayOf(sure) !== dayOf(next)) return;
    // One that only had a day of its own lies between: it was given, and is not missing.
    const given = last.accVolume > sure.accVolume && last.accVolume <= before ? last.volume : 0;
    const shares = before - sure.accVolume - given;
    const turnover = next.accTurnover - next.price * next.volume - sure.accTurnover - given * last.price;
    if (shares > 0)
      emit({ kind: "gap", symbol: next.symbol, shares, turnover, from: sure.time, to: next.time });
  }

  #give(record: TradeRecord, emit: Emit): void {
    this.#last = record;
    this.#dropAnew();
    emit({ kind: "trade", ...record });
  }

  #dropAnew(): void {
    const anew = this.#anew;
    this.#anew = undefined;
    if (anew !== undefined) this.#onOdd(anew);
  }
}

const DAY_MS = 86_400_000;
/** Days since 1970, KST. */
const dayOf = ({ time }: TradeRecord): number => Math.floor((time + KST_OFFSET_MS) / DAY_MS);

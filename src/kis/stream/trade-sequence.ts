import { KST_OFFSET_MS } from "../../core/index.js";
import type { TradeRecord } from "../wire/index.js";
import type { GapEvent, TradeEvent } from "./stream-events.js";

/** The result: trades in the order of the running totals, and gaps where trades are proved to be missing. */
type Emit = (event: TradeEvent | GapEvent) => void;

/** How long a record waits for earlier ones. KIS documents no order, and without the wait every late record is a gap. */
export const HOLD_MS = 500;
/** More than any frame holds. */
const MOST_HELD = 64;

/**
 * One symbol's trades, put in order by the running total of shares: KIS sends no sequence number.
 *
 * A record whose total does not follow the one before waits {@link HOLD_MS} for the trades between. Then they are a gap,
 * and those that come later are dropped.
 */
export class TradeSequence {
  #last: TradeRecord | undefined;
  /** Records that wait for earlier ones, by total; each with the monotonic ms since when. */
  #held: { readonly record: TradeRecord; readonly since: number }[] = [];
  /** The last trade with a later time and a smaller total: KIS may have started its count again. */
  #anew: TradeRecord | undefined;

  /**
   * @param now - monotonic ms.
   * @param mayWait - `false` for the first record of a connection: earlier ones will not come.
   */
  take(record: TradeRecord, now: number, mayWait: boolean, emit: Emit): void {
    const last = this.#last;
    if (last === undefined || isLaterDay(record.time, last.time)) {
      this.flush(emit);
      return this.#give(record, emit);
    }
    const before = record.accVolume - record.volume;
    if (record.accVolume <= last.accVolume) return this.#takeOld(record, last, emit);
    if (before <= last.accVolume) {
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
    const shares = record.accVolume - record.volume - last.accVolume;
    const turnover = record.accTurnover - record.price * record.volume - last.accTurnover;
    if (shares > 0) {
      emit({ kind: "gap", symbol: record.symbol, shares, turnover, from: last.time, to: record.time });
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

  /** A repeated or late record. If two later trades in a row agree on smaller totals, KIS started its count again. */
  #takeOld(record: TradeRecord, last: TradeRecord, emit: Emit): void {
    const anew = this.#anew;
    this.#anew = undefined;
    if (record.time <= last.time || record.volume === 0) return;
    if (anew !== undefined && record.accVolume - record.volume === anew.accVolume) {
      this.flush(emit);
      this.#give(anew, emit);
      this.#give(record, emit);
    } else this.#anew = record;
  }

  #give(record: TradeRecord, emit: Emit): void {
    this.#last = record;
    this.#anew = undefined;
    emit({ kind: "trade", ...record });
  }
}

const DAY_MS = 86_400_000;
const isLaterDay = (time: number, than: number): boolean =>
  Math.floor((time + KST_OFFSET_MS) / DAY_MS) > Math.floor((than + KST_OFFSET_MS) / DAY_MS);

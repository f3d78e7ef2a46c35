import { KisSchemaError, MINUTE_MS, type MinuteBar, type TradingDay, minuteOf } from "../../../core/index.js";
import type { MinutePage, MinuteRow } from "../../wire/index.js";

/** Which rows count, and how an endpoint stamps them. */
interface MinuteDemand {
  readonly day: TradingDay;
  /** Epoch ms of the first minute wanted; pages are asked for until it is covered. */
  readonly first: number;
  /** FHKST03010200: the row that carries the label asked for is the minute now forming, whatever its label. */
  readonly echoes: boolean;
}

/**
 * What a page brought: all that was wanted, a next label (epoch ms) to ask for, or no way on. With `before`, the
 * label of the page that has the row before the first minute: without it that minute's turnover is not known.
 */
type PageOutcome =
  | { readonly kind: "covered"; readonly before?: number }
  | { readonly kind: "more"; readonly next: number }
  | { readonly kind: "stuck" };

/**
 * Collects the pages of one symbol's day, newest first: keeps the day's trusted rows, each minute once, and
 * knows when everything from the first minute on is covered.
 *
 * Proof of that is a row at or before the first minute, or a row of an earlier day. A page that is empty, or
 * ends early, proves nothing.
 */
export class MinutePages {
  readonly #demand: MinuteDemand;
  readonly #rows = new Map<number, MinuteRow>();
  /** By minute: rows that say something happened, but not what. */
  readonly #unreadable = new Map<number, MinuteRow>();

  constructor(demand: MinuteDemand) {
    this.#demand = demand;
  }

  /** @param asked - the label asked for, epoch ms, on a whole minute. */
  add(page: MinutePage, asked: number): PageOutcome {
    const { day, first, echoes } = this.#demand;
    let newest = Number.POSITIVE_INFINITY;
    let oldest: number | undefined;
    for (const row of page.rows) {
      if (row.day > day) continue;
      if (row.day < day) return { kind: "covered" };
      // Below the open, FHKST03010200 runs on into the day before under today's date: labels jump up there.
      if (row.time > newest) break;
      newest = row.time;
      if (row.time >= asked + MINUTE_MS) continue;
      const echo = echoes && minuteOf(row.time) === asked;
      if (!echo) this.#keep(row);
      oldest = row.time;
      // The row before the first minute is kept too: turnover is a difference.
      if (!echo && row.time < first) return { kind: "covered" };
    }
    if (oldest === undefined) return { kind: "stuck" };
    const next = echoes ? minuteOf(oldest) : minuteOf(oldest) - (oldest % MINUTE_MS === 0 ? MINUTE_MS : 0);
    if (oldest <= first && (this.#rows.has(oldest) || this.#unreadable.has(minuteOf(oldest)))) {
      const row = this.#rows.get(first);
      const isAlone = row === undefined || row.volume === 0 || explains(row, row.turnoverToDate);
      return isAlone ? { kind: "covered" } : { kind: "covered", before: next };
    }
    return next < asked ? { kind: "more", next } : { kind: "stuck" };
  }

  #keep(row: MinuteRow): void {
    const minute = minuteOf(row.time);
    if (!row.isVoid && row.time === minute) {
      if (!this.#rows.has(minute)) this.#rows.set(minute, row);
      this.#unreadable.delete(minute);
    } else if (!this.#rows.has(minute) && row.volume !== 0) {
      // A label off its minute, beside the minute's own row, is an echo of what was asked.
      this.#unreadable.set(minute, row);
    }
  }

  /** The unreadable minutes of `minutes` up to `through` in which something may have been traded, ascending. */
  unreadable(minutes: readonly number[], through: number): readonly number[] {
    return minutes.filter((minute) => {
      const row = minute <= through ? this.#unreadable.get(minute) : undefined;
      return row !== undefined && !this.#isUntraded(row, minute);
    });
  }

  /** The running turnover stood still over it, or the next trades explain all that it moved on. */
  #isUntraded(row: MinuteRow, minute: number): boolean {
    const traded = this.#ascending();
    const before = traded.findLast(({ time }) => time < minute)?.turnoverToDate;
    if (row.isVoid && before !== undefined && row.turnoverToDate === before) return true;
    const after = traded.find(({ time }) => time > minute);
    return after !== undefined && explains(after, (after.turnoverToDate ?? Number.NaN) - (before ?? 0));
  }

  /** Rows kept, of any label. */
  get size(): number {
    return this.#rows.size + this.#unreadable.size;
  }

  /** Shares in the row of a minute; `undefined` if there is no row, or it has no data. */
  volumeAt(time: number): number | undefined {
    return this.#rows.get(time)?.volume;
  }

  /** The oldest row stands alone: its own trades explain all turnover of its day up to its end. */
  get startsTheDay(): boolean {
    const oldest = this.#ascending()[0];
    return oldest !== undefined && explains(oldest, oldest.turnoverToDate);
  }

  /** Shares in all rows up to a minute. */
  volumeThrough(time: number): number {
    return this.#ascending().reduce((sum, row) => sum + (row.time <= time ? (row.volume ?? 0) : 0), 0);
  }

  /** KRW from the start of the day to the last trade up to a minute; `undefined` if no row shows it. */
  turnoverThrough(time: number): number | undefined {
    return this.#ascending().findLast((row) => row.time <= time)?.turnoverToDate;
  }

  /**
   * The traded ones of `minutes` up to `through`, ascending; `accVolume` counts from the first of `minutes`.
   *
   * @param minutes - the labels at which a bar can exist, ascending.
   * @throws {@link KisSchemaError} if a row to be published breaks its own limits.
   */
  bars(minutes: readonly number[], through: number): readonly MinuteBar[] {
    const wanted = new Set(minutes);
    const bars: MinuteBar[] = [];
    let accVolume = 0;
    let before: MinuteRow | undefined;
    for (const row of this.#ascending()) {
      before ??= this.#quietBefore(row);
      if (wanted.has(row.time) && row.time <= through) {
        accVolume += row.volume ?? 0;
        bars.push(toBar(row, accVolume, before));
      }
      before = row;
    }
    return bars;
  }

  /** The nearest older row without a trade, where its total and the row's own trades make up the row's total. */
  #quietBefore(row: MinuteRow): MinuteRow | undefined {
    let nearest: MinuteRow | undefined;
    for (const other of this.#rows.values()) {
      if (other.time < row.time && other.time > (nearest?.time ?? 0)) nearest = other;
    }
    const turnover = (row.turnoverToDate ?? 0) - (nearest?.turnoverToDate ?? Number.NaN);
    return explains(row, turnover) ? nearest : undefined;
  }

  /** Traded rows, ascending. A zero row is a minute without a trade, or a placeholder. */
  #ascending(): MinuteRow[] {
    return [...this.#rows.values()].filter(({ volume }) => volume !== 0).sort((a, b) => a.time - b.time);
  }
}

/** Whether a turnover can be that of the row's own shares at its own prices. */
function explains(row: MinuteRow, turnover: number | undefined): boolean {
  const { low, high, volume } = row;
  if (low === undefined || high === undefined || volume === undefined || turnover === undefined) return false;
  return turnover >= low * volume && turnover <= high * volume;
}

/** KRW traded in the row's minute: the running total less that of the traded row before. */
function turnoverOf(row: MinuteRow, before: MinuteRow | undefined): number | undefined {
  if (row.turnoverToDate === undefined) return undefined;
  if (before === undefined) return explains(row, row.turnoverToDate) ? row.turnoverToDate : undefined;
  if (before.turnoverToDate === undefined) return undefined;
  const turnover = row.turnoverToDate - before.turnoverToDate;
  return turnover >= 0 ? turnover : undefined;
}

function toBar(row: MinuteRow, accVolume: number, before: MinuteRow | undefined): MinuteBar {
  const open = priceOf(row, row.open, "stck_oprc");
  const high = priceOf(row, row.high, "stck_hgpr");
  const low = priceOf(row, row.low, "stck_lwpr");
  const close = priceOf(row, row.close, "stck_prpr");
  const { volume } = row;
  if (high < Math.max(open, close)) {
    throw new KisSchemaError(`${row.path}.stck_hgpr`, `a high >= ${Math.max(open, close)}`, high);
  }
  if (low > Math.min(open, close)) {
    throw new KisSchemaError(`${row.path}.stck_lwpr`, `a low <= ${Math.min(open, close)}`, low);
  }
  if (volume === undefined || !Number.isSafeInteger(volume) || volume < 0) {
    throw new KisSchemaError(`${row.path}.cntg_vol`, "a count of shares", volume ?? "no number");
  }
  const turnover = turnoverOf(row, before);
  return {
    time: row.time,
    open,
    high,
    low,
    close,
    volume,
    accVolume,
    ...(turnover === undefined ? {} : { turnover }),
  };
}

function priceOf(row: MinuteRow, value: number | undefined, field: string): number {
  if (value === undefined || value <= 0) {
    throw new KisSchemaError(`${row.path}.${field}`, "a price > 0", value ?? "no number");
  }
  return value;
}

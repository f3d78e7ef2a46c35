import {
  type Clock,
  type Logger,
  MINUTE_MS,
  type MinuteBar,
  type MinuteBarsRequest,
  type MinuteHole,
  isHantooError,
  kstDay,
  minuteOf,
} from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import type { BarSource, SourceBars } from "./bar-source.js";
import { type LiveTrade, type TradeSource, type TradeSourceEvent, leaveTrades } from "./trade-source.js";

/** One minute's trades, as far as they came. */
interface Tally {
  bar: MinuteBar;
}

/** One symbol's day. */
interface Witnessed {
  day: string;
  /** The first trade: minutes that began before it are not known whole. */
  from: number;
  last: LiveTrade;
  readonly tallies: Map<number, Tally>;
  /** Minutes that a gap reaches into: what came of them may not be all. */
  readonly touched: Set<number>;
}

/** A source of bars that is checked against trades as they happened. */
export interface WitnessedSource extends BarSource {
  /** Begins to listen; once. */
  listen(): void;
  /** Leaves the trades. */
  leave(): Promise<void>;
  /**
   * Whether the stream, which delivers, has nothing of a symbol since a minute began: a call for it may wait. No proof that
   * nothing traded, so nothing may be stored for it.
   *
   * @param since - epoch ms, start of the first minute that is not known.
   * @param final - epoch ms, start of the last minute that is final.
   */
  isSilent(symbol: string, since: number, final: number): boolean;
}

interface WitnessOptions {
  readonly source: BarSource;
  readonly trades: TradeSource;
  readonly calendar: TradingCalendar;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly logger: Logger;
}

/** What a stream says of itself: which symbols it has delivered since when, and up to where. */
class Delivery {
  readonly #since = new Map<string, number>();
  readonly #heard = new Map<string, number>();
  /** Time of the newest trade of any symbol. */
  #newest = -Infinity;

  took(event: TradeSourceEvent, now: number): void {
    if (event.kind === "subscribed") this.#since.set(event.symbol, now);
    else if (event.kind === "refused") this.#since.delete(event.symbol);
    else if (event.kind === "disconnected") this.end();
    else if (event.kind === "trade" || event.kind === "gap") {
      const time = event.kind === "trade" ? event.time : event.to;
      this.#newest = Math.max(this.#newest, time);
      this.#heard.set(event.symbol, Math.max(this.#heard.get(event.symbol) ?? -Infinity, time));
    }
  }

  /** Silence says nothing from now on. */
  end(): void {
    this.#since.clear();
  }

  /** A socket can say yes and deliver nothing: others must have traded in the minute, or after it. */
  isSilent(symbol: string, since: number, final: number): boolean {
    const from = this.#since.get(symbol) ?? Infinity;
    return from <= since && this.#newest >= final && (this.#heard.get(symbol) ?? -Infinity) < since;
  }
}

/**
 * Puts trades beside a source of bars as evidence; the source stays the truth for every row it has.
 *
 * A minute that traded and has no row is asked for once more, and then is a hole: absence needs a proof, and here is one
 * to the contrary. The closing auction's print stands in where the source blanks it and it is proved that nothing of it is missing. A volume
 * that differs from the trades' is logged. If the trades fail, the source goes on alone.
 */
export function witnessedSource(options: WitnessOptions): WitnessedSource {
  const { source, trades, calendar, clock, logger } = options;
  const delivery = new Delivery();
  const seen = new Map<string, Witnessed>();
  const told = new Set<string>();
  let iterator: AsyncIterator<TradeSourceEvent> | undefined;
  let isLeft = false;

  const hear = async (): Promise<void> => {
    try {
      iterator = trades[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await iterator.next();
        if (done === true || isLeft) return;
        delivery.took(value, clock.now());
        if (value.kind === "trade") take(seen, value);
        else if (value.kind === "gap") touch(seen.get(value.symbol), value.from, value.to);
      }
    } catch (error) {
      if (!isLeft) logger.warn({ err: error }, "the trades are over; going on without their evidence");
    } finally {
      delivery.end();
    }
  };

  const tell = (symbol: string, bar: MinuteBar, tally: Tally): void => {
    const name = `${symbol} ${bar.time}`;
    if (told.has(name) || told.size > 10_000) return;
    told.add(name);
    const facts = { symbol, time: bar.time, volume: bar.volume, traded: tally.bar.volume };
    logger.warn(facts, "a minute has another volume than its trades; kept as the source has it");
  };

  /** @returns minutes that traded, and of which the answer says nothing. */
  const contradicted = (answer: SourceBars, minutes: readonly number[]): number[] => {
    const known = seen.get(answer.symbol);
    if (known?.day !== answer.tradingDay) return [];
    const byTime = new Map(answer.bars.map((bar) => [bar.time, bar]));
    const lost: number[] = [];
    const countsToo = (minute: number | undefined, { bar }: Tally): boolean => {
      const near = minute === undefined ? undefined : byTime.get(minute);
      const own = minute === undefined ? undefined : known.tallies.get(minute);
      return near !== undefined && near.volume === (own?.bar.volume ?? 0) + bar.volume;
    };
    const first = answer.bars[0]?.time ?? answer.through;
    for (const [index, minute] of minutes.entries()) {
      const tally = known.tallies.get(minute);
      if (minute > answer.through || tally === undefined || known.touched.has(minute) || minute < known.from)
        continue;
      const bar = byTime.get(minute);
      if (bar === undefined && minute > first && !isHole(answer, minute)) {
        // Its trades may be counted a minute off: then no share is missing.
        if (!countsToo(minutes[index - 1], tally) && !countsToo(minutes[index + 1], tally)) lost.push(minute);
      } else if (bar !== undefined && bar.volume !== tally.bar.volume) tell(answer.symbol, bar, tally);
    }
    return lost;
  };

  const withClose = (answer: SourceBars, minutes: readonly number[]): SourceBars => {
    const last = minutes.at(-1) ?? 0;
    const before = minutes.at(-2) ?? 0;
    const known = seen.get(answer.symbol);
    const tally = known?.day === answer.tradingDay ? known.tallies.get(last) : undefined;
    const isBlank = !answer.complete && answer.through >= before && answer.through < last;
    if (!isBlank || tally === undefined || known?.touched.has(last) === true || answer.outside !== undefined)
      return answer;
    // The last part of a print may be lost with the socket: a later trade, or the day's total, must show that it is not.
    const isWhole =
      known !== undefined &&
      (known.last.time >= last + MINUTE_MS || known.last.accVolume === answer.dayVolume);
    if (!isWhole) return answer;
    const accVolume = (answer.bars.at(-1)?.accVolume ?? 0) + tally.bar.volume;
    const { symbol, tradingDay } = answer;
    logger.info({ symbol, tradingDay }, "the source blanks the closing auction; its print is the stream's");
    return { ...answer, bars: [...answer.bars, { ...tally.bar, accVolume }], through: last, complete: true };
  };

  return {
    get provenance() {
      return source.provenance ?? "unknown";
    },
    get pace() {
      return source.pace;
    },
    get tokens() {
      return source.tokens;
    },
    ...(source.capacity === undefined ? {} : { capacity: source.capacity }),
    ...(source.tradingDay === undefined
      ? {}
      : { tradingDay: (day: string) => source.tradingDay?.(day) ?? Promise.resolve(undefined) }),
    async minuteBars(request: MinuteBarsRequest): Promise<SourceBars> {
      let answer = await source.minuteBars(request);
      const { venue, hours } = request;
      const minutes = calendar.minutes(answer.tradingDay, {
        ...(venue === undefined ? {} : { venue }),
        ...(hours === undefined ? {} : { hours }),
      });
      let lost = contradicted(answer, minutes);
      if (lost.length > 0) {
        const again = await source.minuteBars(request).catch((error: unknown) => {
          request.signal?.throwIfAborted();
          // A second look that fails leaves the first one standing.
          if (!isHantooError(error)) throw error;
        });
        if (again !== undefined) answer = { ...again, calls: answer.calls + again.calls };
        lost = contradicted(answer, minutes);
      }
      const tallies = seen.get(answer.symbol)?.tallies;
      const holes = lost.map((minute): MinuteHole => ({
        from: minute,
        to: minute,
        kind: "lost",
        turnover: tallies?.get(minute)?.bar.turnover ?? 0,
      }));
      if (holes.length > 0) {
        const all = [...(answer.holes ?? []), ...holes].sort((a, b) => a.from - b.from);
        answer = { ...answer, holes: all };
      }
      return withClose(answer, minutes);
    },
    listen() {
      if (iterator === undefined && !isLeft) void hear();
    },
    async leave() {
      isLeft = true;
      await leaveTrades(iterator, clock);
    },
    isSilent: (symbol, since, final) => delivery.isSilent(symbol, since, final),
  };
}

function isHole(answer: SourceBars, minute: number): boolean {
  return (answer.holes ?? []).some(({ from, to }) => minute >= from && minute <= to);
}

function take(seen: Map<string, Witnessed>, trade: LiveTrade): void {
  const { symbol, time, price, volume, accVolume, accTurnover } = trade;
  const day = kstDay(time);
  let known = seen.get(symbol);
  if (known === undefined || known.day !== day) {
    const from = minuteOf(time) + MINUTE_MS;
    seen.set(symbol, (known = { day, from, last: trade, tallies: new Map(), touched: new Set() }));
  } else if (accVolume - volume !== known.last.accVolume) touch(known, known.last.time, time);
  // The totals say what a trade added, also where KIS writes its price without half a won.
  const won = known.last === trade ? price * volume : accTurnover - known.last.accTurnover;
  known.last = trade;
  const minute = minuteOf(time);
  const tally = known.tallies.get(minute);
  if (tally === undefined) {
    const bar = {
      time: minute,
      open: price,
      high: price,
      low: price,
      close: price,
      volume,
      accVolume,
      turnover: won,
    };
    known.tallies.set(minute, { bar });
    return;
  }
  const { bar } = tally;
  tally.bar = {
    ...bar,
    high: Math.max(bar.high, price),
    low: Math.min(bar.low, price),
    close: price,
    volume: bar.volume + volume,
    accVolume,
    turnover: (bar.turnover ?? 0) + won,
  };
}

/** Marks what a gap reaches into. */
function touch(known: Witnessed | undefined, from: number, to: number): void {
  const first = Math.max(minuteOf(from), minuteOf(to) - 1440 * MINUTE_MS);
  for (let minute = first; minute <= to; minute += MINUTE_MS) known?.touched.add(minute);
}

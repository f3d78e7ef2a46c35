import { expect } from "vitest";
import {
  type BarSource,
  type LiveBarEvent,
  type MinuteBar,
  type TradeSourceEvent,
  krx,
  kstTime,
  liveBars,
} from "hantoo";
import { type OpenMarket, DAY } from "../../kis/stream/stream-market.js";

const MINUTE = 60_000;

/** Passes a source on and keeps what it said. */
async function* kept(
  source: AsyncIterable<TradeSourceEvent>,
  into: Heard[],
  now: () => number,
): AsyncGenerator<TradeSourceEvent> {
  for await (const event of source) {
    into.push({ event, at: now() });
    yield event;
  }
}

export interface Heard {
  readonly event: TradeSourceEvent;
  /** When it came, by the market's clock. */
  readonly at: number;
}

export interface Watched {
  readonly market: OpenMarket;
  readonly events: LiveBarEvent[];
  /** When each event was given, by the market's clock. */
  readonly times: number[];
  readonly heard: Heard[];
  readonly done: Promise<unknown>;
}

export function watch(
  market: OpenMarket,
  symbols: readonly string[],
  more: Partial<Parameters<typeof liveBars>[0]> = {},
): Watched {
  const { client, clock } = market;
  const [events, times, heard]: [LiveBarEvent[], number[], Heard[]] = [[], [], []];
  const read = async (): Promise<void> => {
    const trades = kept(client.stream({ symbols }), heard, () => clock.now());
    for await (const event of liveBars({ trades, source: counted(market), symbols, clock, ...more })) {
      events.push(event);
      times.push(clock.now());
    }
  };
  return { market, events, times, heard, done: read().catch((error: unknown) => error) };
}

/** The client as a source whose bars count their shares from the session's first minute, whatever was asked for. */
export function counted({ client, core }: OpenMarket): BarSource {
  return {
    async minuteBars(request) {
      const answer = await client.minuteBars(request);
      const truth = new Map(core.truth(request.symbol, DAY).map(({ time, accVolume }) => [time, accVolume]));
      return { ...answer, bars: answer.bars.map((bar) => ({ ...bar, accVolume: truth.get(bar.time)! })) };
    },
  };
}

/** The market itself as a source: what a REST that is always right would say, at a tenth of the cost. */
export function truthful({ core, clock }: OpenMarket): BarSource {
  const minutes = krx.minutes(DAY);
  return {
    minuteBars({ symbol, from = 0 }) {
      const through = minutes.findLast((minute) => minute + MINUTE + 10_000 <= clock.now()) ?? 0;
      const bars = core.truth(symbol, DAY).filter(({ time }) => time >= from && time <= through);
      const complete = through === minutes.at(-1);
      return Promise.resolve({ symbol, venue: "KRX", tradingDay: DAY, bars, through, complete, calls: 1 });
    },
  };
}

export const without = ({ accVolume, ...bar }: MinuteBar): object => {
  void accVolume;
  return bar;
};

/** @returns how many provisional bars were right, and how many a gap excused. */
export function check(
  { market, events, times, heard }: Watched,
  symbol: string,
  from: number,
  until: number,
): { readonly right: number; readonly touched: number } {
  const truth = new Map(market.core.truth(symbol, DAY).map((bar) => [bar.time, bar]));
  const touched = new Set<number>();
  // A record that comes after its minute is sealed cannot be in a bar of the trades.
  const late = new Set<number>();
  const sealedAt = new Map(
    events.flatMap((event, index) =>
      event.kind === "sealed" && event.symbol === symbol ? [[event.bar.time, times[index]!] as const] : [],
    ),
  );
  for (const { event, at: came } of heard) {
    if (!("symbol" in event) || event.symbol !== symbol) continue;
    if (event.kind === "trade") {
      const minute = Math.floor(event.time / MINUTE) * MINUTE;
      if (came >= (sealedAt.get(minute) ?? Infinity)) late.add(minute);
    }
    if (event.kind !== "gap") continue;
    for (let minute = Math.floor(event.from / MINUTE) * MINUTE; minute <= event.to; minute += MINUTE)
      touched.add(minute);
  }
  const last = new Map<number, Extract<LiveBarEvent, { kind: "bar" }>>();
  const sealed: MinuteBar[] = [];
  for (const event of events) {
    if (event.symbol !== symbol) continue;
    if (event.kind === "bar") {
      expect(
        sealed.every(({ time }) => time < event.bar.time),
        "no bar after its seal",
      ).toBe(true);
      last.set(event.bar.time, event);
      continue;
    }
    sealed.push(event.bar);
    const given = last.get(event.bar.time);
    if (given !== undefined)
      expect(event.differs).toBe(JSON.stringify(without(given.bar)) !== JSON.stringify(without(event.bar)));
    if (
      !touched.has(event.bar.time) &&
      !late.has(event.bar.time) &&
      event.bar.time > from + MINUTE &&
      given !== undefined
    )
      expect(event.differs, `${symbol} ${kstTime(event.bar.time)}`).toBe(false);
  }
  let right = 0;
  for (const [time, { bar, missingShares }] of last) {
    const real = truth.get(time)!;
    if (touched.has(time)) {
      // Told after the seal, it is told too late to matter.
      if (missingShares === 0 && sealed.some((one) => one.time === time)) continue;
      expect(missingShares, `${symbol} ${kstTime(time)}: a gap marks each minute it touches`).toBeGreaterThan(
        0,
      );
      continue;
    }
    expect(missingShares).toBe(0);
    if (late.has(time)) continue;
    expect(without(bar), `${symbol} ${kstTime(time)}`).toEqual(without(real));
    right++;
  }
  const due = [...truth.values()].filter(({ time }) => time >= from && time + MINUTE + 15_000 <= until);
  expect(sealed.slice(0, due.length), `${symbol}: after sealing all are equal`).toEqual(due);
  return { right, touched: touched.size };
}

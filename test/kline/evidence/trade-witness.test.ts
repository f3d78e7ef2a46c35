import { expect, test } from "vitest";
import {
  type BarSource,
  type LiveTrade,
  type MinuteBar,
  type SourceBars,
  type TradeSourceEvent,
  TransportError,
  krx,
  kstInstant,
  silentLogger,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { witnessedSource } from "../../../src/kline/evidence/index.js";

const DAY = "2026-11-20";
const at = (time: string): number => kstInstant(DAY, time);
const bar = (time: number, volume: number, accVolume: number): MinuteBar => ({
  time,
  open: 100,
  high: 100,
  low: 100,
  close: 100,
  volume,
  accVolume,
  turnover: volume * 100,
});
const trade = (time: string, volume: number, accVolume: number): LiveTrade => ({
  kind: "trade",
  symbol: "005930",
  time: at(time),
  price: 100,
  volume,
  accVolume,
  accTurnover: accVolume * 100,
});

async function ask(events: readonly TradeSourceEvent[], answers: readonly (Partial<SourceBars> | Error)[]) {
  let calls = 0;
  const source: BarSource = {
    async minuteBars({ symbol }) {
      const answer = answers[Math.min(calls++, answers.length - 1)]!;
      if (answer instanceof Error || "mine" in answer) throw answer;
      return {
        symbol,
        venue: "KRX",
        tradingDay: DAY,
        bars: [],
        through: at("09:05"),
        complete: false,
        calls: 1,
        ...answer,
      };
    },
  };
  const said: string[] = [];
  const logger = { ...silentLogger, warn: (_: object, message: string) => void said.push(message) };
  async function* trades() {
    yield* events;
  }
  const witness = witnessedSource({
    source,
    trades: trades(),
    calendar: krx,
    clock: createManualClock(at("09:00")),
    logger,
  });
  witness.listen();
  // The events are there: a few turns bring them all.
  for (let turn = 0; turn < events.length * 4 + 8; turn++) await Promise.resolve();
  const answer = await witness.minuteBars({ symbol: "005930" });
  await witness.leave();
  return { answer, calls, said };
}

const TRADES = [
  trade("09:00:01", 5, 5),
  trade("09:01:10", 7, 12),
  trade("09:02:20", 3, 15),
  trade("09:03:00", 1, 16),
];
const ROWS = [
  bar(at("09:00"), 5, 5),
  bar(at("09:01"), 7, 12),
  bar(at("09:02"), 3, 15),
  bar(at("09:03"), 1, 16),
];

test("a minute that traded and has no row is asked for once more, then a hole", async () => {
  const lost = ROWS.filter(({ time }) => time !== at("09:02"));
  const { answer, calls } = await ask(TRADES, [{ bars: lost }]);
  expect(calls).toBe(2);
  expect(answer.calls).toBe(2);
  expect(answer.holes).toEqual([{ from: at("09:02"), to: at("09:02"), kind: "lost", turnover: 300 }]);
  const healed = await ask(TRADES, [{ bars: lost }, { bars: ROWS }]);
  expect(healed.answer.holes ?? []).toEqual([]);
  expect(healed.answer.bars).toEqual(ROWS);
});

test("a second look that fails leaves the first one standing; an abort, and what ends a call, come back", async () => {
  const lost = { bars: ROWS.filter(({ time }) => time !== at("09:02")) };
  const { answer, calls } = await ask(TRADES, [lost, new TransportError("reset")]);
  expect(calls).toBe(2);
  expect(answer).toMatchObject({ calls: 1, holes: [{ from: at("09:02"), to: at("09:02") }] });
  const stop = { mine: true };
  await expect(ask(TRADES, [lost, stop as never])).rejects.toBe(stop);
});

test("what a gap touches, and what began before the first trade, proves nothing", async () => {
  const gap: TradeSourceEvent = {
    kind: "gap",
    symbol: "005930",
    shares: 9,
    turnover: 900,
    from: at("09:01:10"),
    to: at("09:02:20"),
  };
  const { answer, calls } = await ask(
    [TRADES[0]!, TRADES[1]!, gap, trade("09:02:20", 3, 24)],
    [{ bars: [ROWS[0]!] }],
  );
  expect(calls).toBe(1);
  expect(answer.holes ?? []).toEqual([]);
});

test("a trade that the source counts in the minute before or after is not lost", async () => {
  // Its stamp and its row disagree by a second: a row of 10 at 09:01 and none at 09:02.
  for (const rows of [
    [ROWS[0]!, bar(at("09:01"), 10, 15), ROWS[3]!],
    [ROWS[0]!, ROWS[1]!, bar(at("09:03"), 4, 16)],
  ]) {
    const { answer, calls, said } = await ask(TRADES, [{ bars: rows }]);
    expect([calls, answer.holes ?? [], answer.bars]).toEqual([1, [], rows]);
    expect(said.length).toBe(1);
  }
  const short = [ROWS[0]!, bar(at("09:01"), 9, 14), ROWS[3]!];
  expect((await ask(TRADES, [{ bars: short }])).answer.holes?.length).toBe(1);
});

test("a blank closing print is the stream's only where something proves that no part of it is missing", async () => {
  const close = [trade("15:19:10", 5, 5), trade("15:30:11", 7, 12)];
  const blank = { bars: [bar(at("15:19"), 5, 5)], through: at("15:19") };
  const has = async (events: readonly TradeSourceEvent[], more: Partial<SourceBars>): Promise<boolean> => {
    const { answer } = await ask(events, [{ ...blank, ...more }]);
    expect(answer.complete).toBe(answer.bars.length === 2);
    return answer.complete;
  };
  // A second part of the print may have been lost with the socket: nothing came after it to show that.
  expect(await has(close, {})).toBe(false);
  expect(await has(close, { dayVolume: 20 })).toBe(false);
  expect(await has(close, { dayVolume: 12 })).toBe(true);
  expect(await has([...close, trade("15:41:00", 1, 13)], {})).toBe(true);
  expect(await has([...close, trade("15:41:00", 1, 20)], {})).toBe(false);
  const gap = {
    kind: "gap",
    symbol: "005930",
    shares: 3,
    turnover: 300,
    from: at("15:30:11"),
    to: at("15:41"),
  };
  expect(await has([...close, gap as TradeSourceEvent, trade("15:41:00", 1, 16)], {})).toBe(false);
});

test("another volume is told and kept; the same is not told", async () => {
  const { answer, said } = await ask(TRADES, [
    { bars: [ROWS[0]!, ROWS[1]!, bar(at("09:02"), 4, 16), ROWS[3]!] },
  ]);
  expect(answer.bars[2]?.volume).toBe(4);
  expect(said).toEqual(["a minute has another volume than its trades; kept as the source has it"]);
  expect((await ask(TRADES, [{ bars: ROWS }])).said).toEqual([]);
});

test("trades that fail end nothing", async () => {
  const source: BarSource = {
    minuteBars: ({ symbol }) =>
      Promise.resolve({
        symbol,
        venue: "KRX",
        tradingDay: DAY,
        bars: ROWS,
        through: at("09:05"),
        complete: false,
        calls: 1,
      }),
  };
  const witness = witnessedSource({
    source,
    // oxlint-disable-next-line require-yield -- a stream that fails before its first trade
    trades: (async function* () {
      throw new Error("gone");
    })(),
    calendar: krx,
    clock: createManualClock(at("09:00")),
    logger: silentLogger,
  });
  witness.listen();
  await Promise.resolve();
  expect((await witness.minuteBars({ symbol: "005930" })).bars).toEqual(ROWS);
  await witness.leave();
});

test("a symbol is silent where the stream delivers it, others trade on, and nothing of it came; never before", async () => {
  let now = at("08:59");
  const queue: TradeSourceEvent[] = [];
  let wake = (): void => undefined;
  const over = new AbortController();
  async function* trades() {
    while (!over.signal.aborted) {
      while (queue.length > 0) yield queue.shift()!;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const source: BarSource = { minuteBars: () => Promise.reject(new Error("not asked")) };
  const clock = { ...createManualClock(), now: () => now };
  const witness = witnessedSource({ source, trades: trades(), calendar: krx, clock, logger: silentLogger });
  witness.listen();
  const tell = async (event: TradeSourceEvent): Promise<void> => {
    queue.push(event);
    wake();
    for (let turn = 0; turn < 12; turn++) await Promise.resolve();
  };
  const isSilent = (since = "09:01", final = "09:02"): boolean =>
    witness.isSilent("000660", at(since), at(final));
  const other = (time: string): LiveTrade => trade(time, 1, 1);
  const own = (time: string): LiveTrade => ({ ...other(time), symbol: "000660" });

  await tell(other("09:02:30"));
  expect(isSilent()).toBe(false); // never subscribed
  await tell({ kind: "subscribed", symbol: "000660" });
  expect(isSilent()).toBe(true);
  expect(isSilent("08:58")).toBe(false); // subscribed after that minute began
  expect(isSilent("09:01", "09:03")).toBe(false); // the socket has delivered nothing of anyone so far
  await tell(own("09:00:40"));
  expect(isSilent()).toBe(true); // its last trade lies before
  await tell(own("09:02:40"));
  expect(isSilent()).toBe(false);
  expect(isSilent("09:03", "09:02")).toBe(true);
  await tell(other("09:05"));
  await tell({ kind: "gap", symbol: "000660", shares: 1, turnover: 1, from: at("09:03"), to: at("09:04") });
  expect(isSilent("09:04", "09:05")).toBe(false);
  expect(isSilent("09:05", "09:05")).toBe(true);
  now = at("09:06");
  await tell({ kind: "disconnected" });
  await tell(other("09:07"));
  expect(isSilent("09:05", "09:06")).toBe(false);
  await tell({ kind: "subscribed", symbol: "000660" });
  expect(isSilent("09:05", "09:06")).toBe(false); // what came while it was gone is not known
  expect(isSilent("09:06", "09:06")).toBe(true);
  await tell({ kind: "refused", symbol: "000660" });
  expect(isSilent("09:06", "09:06")).toBe(false);
  await tell({ kind: "subscribed", symbol: "000660" });
  now = at("09:08");
  await tell(other("09:08"));
  over.abort();
  wake();
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
  expect(isSilent("09:07", "09:07")).toBe(false); // the trades are over
  await witness.leave();
});

test("it is left within seconds, though its trades wait for the next one", async () => {
  const clock = createManualClock(at("09:00"));
  async function* waiting(): AsyncGenerator<TradeSourceEvent> {
    yield { kind: "connected" };
    await new Promise(() => undefined);
  }
  const source: BarSource = { minuteBars: () => Promise.reject(new Error("not asked")) };
  const witness = witnessedSource({ source, trades: waiting(), calendar: krx, clock, logger: silentLogger });
  witness.listen();
  await clock.advance(1000);
  let hasLeft = false;
  void witness.leave().then(() => (hasLeft = true));
  await clock.advance(4999);
  expect(hasLeft).toBe(false);
  await clock.advance(1);
  expect(hasLeft).toBe(true);
});

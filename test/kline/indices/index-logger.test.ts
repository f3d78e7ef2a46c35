import { describe, expect, test } from "vitest";
import { krx } from "../../../src/calendar/index.js";
import { ConfigError, TransportError, MINUTE_MS, silentLogger } from "../../../src/core/index.js";
import {
  type BarSource,
  HantooKlineLogger,
  type SyncReport,
  coverage,
  poolSources,
  readBars,
  readColumns,
  readKlines,
} from "../../../src/kline/index.js";
import { MemoryStore } from "../../../src/storage/index.js";
import {
  type Market,
  createKisSimulator,
  createManualClock,
  createMarket,
} from "../../../src/testing/index.js";
import { clientOf } from "../../kis/unpaced.js";
import { DAY, at, keysOf } from "../logger-setup.js";

const PREFIX = "hantoo-index-kline-1m";
const INDICES = ["0001", "1001"];
const market: Market = createMarket({ seed: 11 });
const minutes = krx.minutes(DAY);

function setUp(now: number) {
  const clock = createManualClock(now);
  const simulator = createKisSimulator({ seed: 11, clock, limits: false, symbols: ["005930"] });
  const client = clientOf(simulator, { clock });
  const store = new MemoryStore();
  const create = (more: object = {}): HantooKlineLogger =>
    new HantooKlineLogger({ client, store, indices: INDICES, clock, logger: silentLogger, ...more });
  const follow = (logger: HantooKlineLogger): Promise<SyncReport[]> =>
    clock.runUntil(
      (async () => {
        const reports: SyncReport[] = [];
        for await (const report of logger.run()) reports.push(report);
        return reports;
      })(),
    );
  const calls = (): number => simulator.stats.byEndpoint["FHKUP03500200"] ?? 0;
  return { clock, client, store, create, follow, calls };
}

/** A day of an index as it must be read, without the minutes at `lost`: points, shares, KRW. */
function truthOf(index: string, isLost: (at: number) => boolean = () => false): unknown[] {
  const day = market.indexDay(index, DAY);
  if (day === undefined) throw new Error(`the market has no index ${index}`);
  let accVolume = 0;
  return day.minutes.flatMap((time, place) => {
    if (isLost(place)) return [];
    const points = day.points.slice(place, place + 2);
    const volume = (day.volumes[place] ?? 0) * 1000;
    accVolume += volume;
    return {
      time,
      open: points[0],
      high: Math.max(...points),
      low: Math.min(...points),
      close: points[1],
      volume,
      accVolume,
      turnover: (day.turnovers[place] ?? 0) * 1_000_000,
    };
  });
}

async function storedOf(store: MemoryStore, index: string): Promise<unknown[]> {
  const bars = [];
  for await (const bar of readBars({ store, prefix: PREFIX, symbol: index, from: DAY, to: DAY }))
    bars.push(bar);
  return bars;
}

/** `client`, whose answers to a question about an index are changed. */
function changed(
  client: BarSource,
  change: (answer: Awaited<ReturnType<NonNullable<BarSource["indexMinutes"]>>>) => typeof answer,
): BarSource {
  return {
    provenance: "simulator",
    minuteBars: (request) => client.minuteBars(request),
    indexMinutes: async (request) => change(await client.indexMinutes!(request)),
  };
}

describe("a logger of indices", () => {
  test("polls a session in time: every minute as it was, about 14 calls an index", async () => {
    const { client, store, create, follow, calls } = setUp(at("08:55"));
    const late: string[] = [];
    // A poll is asked for when what is stored is oldest.
    const watched = changed(client, (answer) => {
      late.push(...logger.status().problems.map(({ text }) => text));
      return answer;
    });
    const logger = create({ client: watched });
    const reports = await follow(logger);
    expect(late).toEqual([]);
    for (const index of INDICES) expect(await storedOf(store, index)).toEqual(truthOf(index));
    expect(calls()).toBeLessThanOrEqual(15 * INDICES.length);
    expect(reports.at(-1)).toMatchObject({ failures: [], holes: [], revised: [] });
    expect(reports.at(-1)).toMatchObject({ coverage: { total: { rate: 1, symbols: 2 } } });
    expect(reports.at(-1)?.compaction?.object?.key).toMatch(
      /^hantoo-index-kline-1m\/20261120090000_20261120153000_J_/,
    );
    const table = await readColumns({ store, prefix: PREFIX, symbols: ["1001"], from: DAY, to: DAY });
    expect([...table.close]).toEqual(truthOf("1001").map((bar) => (bar as { close: number }).close));
    for await (const { data } of readKlines({ store, prefix: PREFIX, from: DAY, to: DAY }))
      expect(Object.keys(data).sort()).toEqual(INDICES);
  });

  test("what was polled too late is lost by name, and what is stored stays", async () => {
    const { clock, client, store, create, follow } = setUp(at("08:55"));
    const isOut = (): boolean => clock.now() >= at("10:00") && clock.now() < at("13:10");
    const outage = changed(client, (answer) => {
      if (isOut()) throw new TransportError("the line is down");
      return answer;
    });
    const reports = await follow(create({ client: outage }));
    const { holes } = reports.at(-1)!;
    expect(holes.map(({ symbol }) => symbol)).toEqual(INDICES);
    for (const { symbol, minutes: lost } of holes) {
      const first = minutes.indexOf(lost[0]!);
      // A run without a gap, which begins at the last poll before the outage and ends where KIS's rows begin.
      expect(lost).toEqual(minutes.slice(first, first + lost.length));
      expect(lost[0]).toBeGreaterThanOrEqual(at("09:30"));
      expect(lost[0]).toBeLessThan(at("10:00"));
      expect(lost.at(-1)).toBeLessThan(at("11:45"));
      const isLost = (place: number): boolean => lost.includes(minutes[place] ?? 0);
      expect(await storedOf(store, symbol)).toEqual(truthOf(symbol, isLost));
    }
    const told = await coverage({ store, prefix: PREFIX, symbols: INDICES, from: DAY, to: DAY, clock });
    expect(told.days[0]).toMatchObject({
      status: "partial",
      have: 381,
      holes: holes[0]?.minutes.length,
      missing: [{ reason: "lost", from: holes[0]?.minutes[0], to: holes[0]?.minutes.at(-1) }],
    });
  });

  test("a late start: what KIS has, the rest lost; a re-read changes nothing and costs no hole", async () => {
    const { clock, store, create, calls } = setUp(at("13:00"));
    const report = await clock.runUntil(create().sync());
    const lost = report.holes[0]?.minutes ?? [];
    expect(lost[0]).toBe(at("09:00"));
    expect(lost.at(-1)).toBe(at("11:19"));
    // Two looks: the first one surprises.
    expect(calls()).toBe(2 * INDICES.length);
    await clock.runUntil(create().sync());
    expect(calls()).toBe(2 * INDICES.length);
    clock.set(at("15:32"));
    const evening = await clock.runUntil(create().sync());
    expect(calls()).toBe(4 * INDICES.length);
    expect(evening.holes[0]?.minutes.slice(0, lost.length)).toEqual(lost);
    const before = await keysOf(store);
    const again = await clock.runUntil(create({ compact: false }).sync({ reread: true }));
    expect(again.revised).toEqual([]);
    expect(await keysOf(store)).toEqual(before);
  });

  test("a day that KIS has no more is a failure by name, and too old for the coverage", async () => {
    const { clock, create, store } = setUp(at("10:00", "2026-11-23"));
    const report = await clock.runUntil(create().sync({ tradingDay: DAY }));
    expect(report.uploaded).toEqual([]);
    expect(report.failures.map(({ symbol }) => symbol)).toEqual(INDICES);
    expect(String(report.failures[0]?.error)).toContain("it no longer has those of");
    const { days } = await coverage({ store, prefix: PREFIX, symbols: ["0001"], from: DAY, to: DAY, clock });
    expect(days[0]?.missing[0]?.reason).toBe("too-old");
  });

  test("on the evening, and on Saturday, the session's last rows are still its own", async () => {
    const { clock, create } = setUp(at("12:00", "2026-11-21"));
    const report = await clock.runUntil(create().sync());
    expect(report).toMatchObject({ tradingDay: DAY, failures: [] });
    expect(report.holes[0]?.minutes.at(-1)).toBeLessThan(at("13:51"));
    expect(report.coverage.days[0]?.last).toBe(at("15:30"));
  });
});

describe("rows that are not as they should be", () => {
  const once = async (
    now: number,
    change: Parameters<typeof changed>[1],
  ): Promise<{ report: SyncReport; bars: unknown[] }> => {
    const { clock, client, store, create } = setUp(now);
    const logger = create({ client: changed(client, change), indices: ["0001"] });
    const report = await clock.runUntil(logger.sync());
    return { report, bars: await storedOf(store, "0001") };
  };

  test("a minute without a row between two others is lost, and the next one's KRW are not told", async () => {
    const { report, bars } = await once(at("10:00"), (answer) => ({
      ...answer,
      bars: answer.bars.filter(({ time }) => time !== at("09:20")),
    }));
    expect(report.holes).toEqual([{ symbol: "0001", minutes: [at("09:20")] }]);
    const truth = truthOf("0001", (place) => minutes[place] === at("09:20")).slice(0, bars.length);
    const { turnover: _, ...next } = truth[20] as { turnover: number };
    expect(bars).toEqual(truth.with(20, next));
  });

  test("a second look that has the row is believed", async () => {
    let answers = 0;
    const { report, bars } = await once(at("10:00"), (answer) => ({
      ...answer,
      bars: answers++ === 0 ? answer.bars.filter(({ time }) => time !== at("09:20")) : answer.bars,
    }));
    expect(report.holes).toEqual([]);
    expect(bars).toEqual(truthOf("0001").slice(0, bars.length));
  });

  test("two answers that lack different rows give no minute another one's KRW", async () => {
    let answers = 0;
    // What lies behind a lacking row is a step over both, as the client makes it.
    const { report, bars } = await once(at("10:00"), (answer) => {
      const lacking = answers++ === 0 ? [at("09:20"), at("09:40")] : [at("09:10"), at("09:21"), at("09:40")];
      return {
        ...answer,
        bars: answer.bars.flatMap((bar, place) => {
          const before = answer.bars[place - 1];
          const isWide = before !== undefined && lacking.includes(before.time);
          const turnover = (bar.turnover ?? 0) + (isWide ? (before.turnover ?? 0) : 0);
          return lacking.includes(bar.time) ? [] : [{ ...bar, turnover }];
        }),
      };
    });
    expect(report.holes).toEqual([{ symbol: "0001", minutes: [at("09:40")] }]);
    const isTold = (time: number): boolean => time !== at("09:21") && time !== at("09:41");
    expect(bars).toEqual(
      (truthOf("0001", (place) => minutes[place] === at("09:40")) as { time: number; turnover: number }[])
        .slice(0, bars.length)
        .map(({ turnover, ...bar }) => (isTold(bar.time) ? { ...bar, turnover } : bar)),
    );
  });

  test("a level that moved without a thousand shares is no untraded minute", async () => {
    const { report } = await once(at("10:00"), (answer) => ({
      ...answer,
      bars: answer.bars.map((bar) =>
        bar.time === at("09:20") ? { ...bar, volume: 0, close: bar.close + 1 } : bar,
      ),
    }));
    expect(report.holes).toEqual([{ symbol: "0001", minutes: [at("09:20")] }]);
  });

  test("a flat row without volume is an untraded minute", async () => {
    const { report, bars } = await once(at("10:00"), (answer) => ({
      ...answer,
      bars: answer.bars.map((bar, place, all) => {
        const level = all[place - 1]?.close ?? bar.open;
        const flat = { open: level, high: level, low: level, close: level, volume: 0, turnover: 0 };
        return bar.time === at("09:20") ? { ...bar, ...flat } : bar;
      }),
    }));
    expect(report.holes).toEqual([]);
    expect(bars[20]).toMatchObject({ time: at("09:20"), volume: 0, turnover: 0 });
  });

  test("without a closing row the day waits, and half an hour later the closing is lost", async () => {
    const withoutClose: Parameters<typeof changed>[1] = (answer) => ({
      ...answer,
      bars: answer.bars.filter(({ time }) => time < at("15:30")),
    });
    const early = await once(at("15:40"), withoutClose);
    expect(early.report.coverage.days[0]?.last).toBe(at("15:19"));
    const late = await once(at("16:05"), withoutClose);
    expect(late.report.holes[0]?.minutes.at(-1)).toBe(at("15:30"));
  });

  test.each([
    ["another index", (answer: object) => ({ ...answer, index: "1001" })],
    [
      "a level of nothing",
      (answer: { bars: readonly object[] }) => ({ ...answer, bars: [{ ...answer.bars[0], low: 0 }] }),
    ],
  ])("%s is a failure, and nothing is stored", async (_, change) => {
    const { report, bars } = await once(at("10:00"), change as Parameters<typeof changed>[1]);
    expect(report.failures).toMatchObject([{ symbol: "0001", error: { code: "kis_schema" } }]);
    expect(bars).toEqual([]);
  });
});

describe("options", () => {
  const { client, create } = setUp(at("10:00"));
  test.each([
    ["indices", { indices: ["001"] }],
    ["indices", { indices: "0001" }],
    ["indices", { indices: [] }],
    ["indices", { symbols: ["005930"] }],
    ["venue", { venue: "NXT" }],
    ["hours", { hours: "all" }],
    ["lagMs", { lagMs: 96 * MINUTE_MS }],
    ["trades", { trades: (async function* () {})() }],
    ["client", { client: { minuteBars: client.minuteBars.bind(client) } }],
  ])("%s: %o", (option, more) => {
    expect(() => create(more)).toThrow(ConfigError);
    expect(() => create(more)).toThrow(option);
  });

  test("four digits are no symbol of a stock", async () => {
    const store = new MemoryStore();
    const read = readBars({ store, symbol: "5930", from: DAY, to: DAY });
    await expect(read.next()).rejects.toThrow(ConfigError);
    const { add } = { add: (name: string) => create().add(name) };
    expect(() => add("005930")).toThrow("four digits");
    add("2001");
  });

  test("a pool asks for indices where all of its sources can", () => {
    const blind: BarSource = { minuteBars: (request) => client.minuteBars(request) };
    expect(poolSources([client])).toHaveProperty("indexMinutes");
    expect(poolSources([client, blind])).not.toHaveProperty("indexMinutes");
  });
});

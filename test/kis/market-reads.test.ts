import { KisSchemaError, KisUnsupportedError, krx, kstInstant } from "hantoo";
import { createKisSimulator } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { clientOf } from "./unpaced.js";

const AT = kstInstant("2026-11-20", "14:00:30");

function simulated(options: Parameters<typeof createKisSimulator>[0] = {}) {
  const simulator = createKisSimulator({ seed: 7, now: AT, symbols: ["005930", "000660"], ...options });
  return { simulator, client: clientOf(simulator, { environment: options.environment ?? "live" }) };
}

describe("indices", () => {
  test("daily bars come in shares and KRW, ascending, one call for each 50", async () => {
    const { simulator, client } = simulated();
    const bars = await client.indexBars({ index: "0001", from: "2026-06-01", to: "2026-11-19" });
    const days = krx.tradingDays("2026-06-01", "2026-11-19");
    expect(bars.map(({ tradingDay }) => tradingDay)).toEqual(days);
    expect(simulator.stats.byEndpoint["FHKUP03500100"]).toBe(Math.ceil(days.length / 50));
    const last = bars.at(-1)!;
    const truth = simulator.market.indexDay("0001", "2026-11-19")!;
    expect(last.close).toBeCloseTo(truth.points.at(-1)!, 2);
    expect(last.volume).toBe(truth.volumes.reduce((sum, volume) => sum + volume, 0) * 1000);
    expect(last.turnover).toBe(truth.turnovers.reduce((sum, turnover) => sum + turnover, 0) * 1_000_000);
    expect(last.isFinal).toBe(true);
  });

  test("minutes are ended ones, without summaries, with their own turnover", async () => {
    const { simulator, client } = simulated();
    const { index, name, bars, calls } = await client.indexMinutes({ index: "1001" });
    expect([index, name, calls]).toEqual(["1001", "KOSDAQ", 1]);
    expect(bars.length).toBeGreaterThan(95);
    const truth = simulator.market.indexDay("1001", "2026-11-20")!;
    for (const bar of bars) {
      const at = truth.minutes.indexOf(bar.time);
      expect(bar.time + 70_000).toBeLessThanOrEqual(AT);
      expect(bar.volume).toBe(truth.volumes[at]! * 1000);
      expect(bar.turnover).toBe(truth.turnovers[at]! * 1_000_000);
    }
    simulator.clock.set(kstInstant("2026-11-20", "17:00"));
    const evening = await client.indexMinutes({ index: "1001" });
    expect(evening.bars.every(({ time }) => truth.minutes.includes(time))).toBe(true);
    expect(evening.bars.at(-1)?.time).toBe(truth.minutes.at(-1));
  });

  test("in the session's first minutes the first bar's turnover counts from nothing", async () => {
    const { simulator, client } = simulated({ now: kstInstant("2026-11-20", "09:05:30") });
    const { bars } = await client.indexMinutes({ index: "0001" });
    const truth = simulator.market.indexDay("0001", "2026-11-20")!;
    expect(bars.map(({ time }) => time)).toEqual(truth.minutes.slice(0, 5));
    expect(bars[0]?.turnover).toBe(truth.turnovers[0]! * 1_000_000);
  });

  test("another index than was asked for is an error that names both", async () => {
    const { simulator } = simulated();
    const swapped: typeof globalThis.fetch = (input, init) => {
      const url = new URL(new Request(input).url);
      if (url.searchParams.get("FID_INPUT_ISCD") === "0001") url.searchParams.set("FID_INPUT_ISCD", "1001");
      return simulator.fetch(url, init);
    };
    const client = clientOf({ fetch: swapped, clock: simulator.clock });
    const read = client.indexBars({ index: "0001", from: "2026-11-16", to: "2026-11-19" });
    await expect(read).rejects.toThrow(KisSchemaError);
    await expect(read).rejects.toMatchObject({ path: "output1.hts_kor_isnm" });
  });
});

test("investor flows are net shares and KRW by day, ascending, without a day that goes on", async () => {
  const { client } = simulated();
  const flows = await client.investorFlows({ symbol: "005930" });
  expect(flows.at(-1)?.tradingDay).toBe("2026-11-19");
  expect(flows.length).toBeGreaterThanOrEqual(28);
  for (const { individual, foreign, institution } of flows)
    expect(individual.volume + foreign.volume + institution.volume).toBe(0);
});

describe("corporate actions", () => {
  const actions = [
    { symbol: "005930", kind: "split", effectiveDay: "2026-11-16", shares: 50, haltedFrom: "2026-11-12" },
    { symbol: "000660", kind: "reduction", effectiveDay: "2026-11-17", shares: 0.1 },
  ] as const;

  test("have their days and the ratio as KIS states it, one row an event", async () => {
    const { client } = simulated({ actions });
    const splits = await client.corporateActions({ kind: "split", from: "2026-11-01", to: "2026-11-30" });
    expect(splits).toMatchObject(
      splits.map(() => ({
        symbol: "005930",
        effectiveDate: "2026-11-16",
        haltedFrom: "2026-11-12",
        haltedTo: "2026-11-15",
        ratio: 50,
      })),
    );
    const [reduction] = await client.corporateActions({
      kind: "reduction",
      from: "2026-11-01",
      to: "2026-11-30",
    });
    expect(reduction).toMatchObject({ symbol: "000660", effectiveDate: "2026-11-17" });
    expect(reduction?.raw["comp_way"]).toMatch(/나누기|곱하기/);
  });

  test("what paper lacks is refused before anything is sent", async () => {
    const { simulator, client } = simulated({ environment: "paper" });
    for (const call of [
      client.corporateActions({ kind: "split", from: "2026-11-01", to: "2026-11-30" }),
      client.indexMinutes({ index: "0001" }),
    ])
      await expect(call).rejects.toThrow(KisUnsupportedError);
    expect(simulator.stats.byEndpoint).toEqual({});
  });

  test.each([
    [{ kind: "spin-off" }, "kind"],
    [{ from: "2026-12-01" }, "from"],
    [{ symbol: "삼성" }, "symbol"],
  ])("%j is refused before anything is sent", async (change, option) => {
    const { client } = simulated();
    const request = { kind: "split", from: "2026-11-01", to: "2026-11-30", ...change } as never;
    await expect(client.corporateActions(request)).rejects.toThrow(new RegExp(`\`${option}\``));
  });
});

test("three hundred trading days cost three calls", async () => {
  const { simulator, client } = simulated();
  const days = krx.tradingDays("2025-01-02", "2026-11-19").slice(-300);
  const bars = await client.dailyBars({
    symbol: "005930",
    from: days[0]!,
    to: days.at(-1)!,
    adjusted: false,
  });
  expect(bars.map(({ tradingDay }) => tradingDay)).toEqual(days);
  expect(simulator.stats.byEndpoint["FHKST03010100"]).toBe(3);
});

test("a day that KIS traded and our calendar calls closed cuts no other day off", async () => {
  const days = krx.tradingDays("2026-05-01", "2026-11-19").slice(-100);
  const closed = krx.tradingDays("2026-05-01", "2026-11-19").slice(-50)[0]!;
  const { simulator } = simulated();
  const { createCalendar } = await import("hantoo");
  const calendar = createCalendar({
    closures: [{ day: closed, nameKo: "임시공휴일", nameEn: "Temporary holiday", kind: "temporary" }],
  });
  const client = clientOf(simulator, { calendar });
  const from = krx.previousTradingDay(days[0]!);
  const bars = await client.dailyBars({ symbol: "005930", from, to: days.at(-1)!, adjusted: false });
  expect(bars.map(({ tradingDay }) => tradingDay)).toEqual([from, ...days]);
});

import {
  ConfigError,
  IncompleteDataError,
  KisApiError,
  type KisSchemaError,
  KisUnsupportedError,
  krx,
  kstInstant,
} from "hantoo";
import { createKisSimulator } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { clientOf } from "./unpaced.js";

const now = kstInstant("2026-11-20", "10:36:30");
const live = () => createKisSimulator({ limits: false, now });
const paper = () => createKisSimulator({ limits: false, now, environment: "paper" });

describe("dailyBars", () => {
  test("an unknown symbol is an error of the call that was made", async () => {
    const request = { symbol: "999999", from: "2026-11-02", to: "2026-11-06" };
    const error = await clientOf(live())
      .dailyBars(request)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(KisApiError);
    expect(error).toMatchObject({ trId: "FHKST03010100" });
  });

  test("gives every trading day of a long span once, ascending, as the market had it", async () => {
    const simulator = live();
    const bars = await clientOf(simulator).dailyBars({
      symbol: "005930",
      from: "2025-06-02",
      to: "2026-11-20",
      adjusted: false,
    });
    expect(bars.map(({ tradingDay }) => tradingDay)).toEqual(krx.tradingDays("2025-06-02", "2026-11-20"));
    expect(bars.map(({ isFinal }) => isFinal).lastIndexOf(true)).toBe(bars.length - 2);
    for (const bar of bars.slice(0, -1)) {
      const truth = simulator.market.dailyBar("005930", bar.tradingDay)!;
      expect(bar).toMatchObject({ high: truth.high, low: truth.low });
    }
  });

  test.each([["W"], ["M"], ["Y"]] as const)("gives each period %s once, ascending", async (period) => {
    const bars = await clientOf(live()).dailyBars({
      symbol: "005930",
      from: "2023-01-01",
      to: "2026-11-20",
      period,
    });
    const days = bars.map(({ tradingDay }) => tradingDay);
    expect(days).toEqual([...new Set(days)].sort());
    expect(bars.filter(({ isFinal }) => !isFinal)).toHaveLength(1);
    const expected = { W: [195, 204], M: [46, 47], Y: [3, 4] }[period];
    expect(bars.length).toBeGreaterThanOrEqual(expected[0]!);
    expect(bars.length).toBeLessThanOrEqual(expected[1]!);
  });

  test("iterates: leaving the loop asks for no more", async () => {
    const simulator = live();
    for await (const bar of clientOf(simulator).iterateDailyBars({
      symbol: "005930",
      from: "2020-01-02",
      to: "2026-11-20",
    })) {
      expect(bar.tradingDay >= "2020-01-02").toBe(true);
      break;
    }
    expect(simulator.stats.byEndpoint["FHKST03010100"]).toBe(1);
  });

  test.each([
    [{ symbol: "005930", from: "2026-11-20", to: "2026-11-19" }, "from"],
    [{ symbol: "5930", from: "2026-11-19", to: "2026-11-20" }, "symbol"],
    [{ symbol: "005930", from: "2026-11-19", to: "2026-11-20", period: "H" }, "period"],
  ])("refuses %o before asking", async (request, option) => {
    const simulator = live();
    await expect(clientOf(simulator).dailyBars(request as never)).rejects.toMatchObject({
      name: "ConfigError",
      option,
    });
    expect(simulator.stats.requests).toBe(0);
  });
});

describe("quotes", () => {
  test("quote agrees with the market, and an unknown symbol is an error", async () => {
    const simulator = live();
    const client = clientOf(simulator);
    const quote = await client.quote("005930");
    expect(quote).toMatchObject({
      symbol: "005930",
      venue: "KRX",
      price: expect.any(Number),
      volume: expect.any(Number),
    });
    expect(quote.previousClose! + quote.change!).toBe(quote.price);
    await expect(client.quote("999999")).rejects.toBeInstanceOf(KisApiError);
  });

  test("asks for 30 symbols a call and answers in the order asked", async () => {
    const simulator = live();
    const symbols = [...simulator.market.symbols].reverse().slice(0, 45);
    const client = clientOf(simulator);
    const quotes = await client.quotes([...symbols, "999999"]);
    expect(quotes.map(({ symbol }) => symbol)).toEqual(symbols);
    expect(simulator.stats.byEndpoint["FHKST11300006"]).toBe(Math.ceil((symbols.length + 1) / 30));
    const single = await client.quote(symbols[0]!);
    expect(quotes[0]).toMatchObject({
      price: single.price,
      volume: single.volume,
      previousClose: single.previousClose,
    });
  });

  test("falls back to single quotes on paper", async () => {
    const simulator = paper();
    const quotes = await clientOf(simulator, { environment: "paper" }).quotes(["005930", "000660"]);
    expect(quotes.map(({ symbol }) => symbol)).toEqual(["005930", "000660"]);
    expect(simulator.stats.byEndpoint["FHKST01010100"]).toBe(2);
  });
});

test("trades come ascending, dated on the day they were made", async () => {
  const simulator = live();
  const client = clientOf(simulator);
  const trades = await client.trades("005930");
  expect(trades.length).toBe(30);
  expect(trades.map(({ time }) => time)).toEqual(trades.map(({ time }) => time).sort((a, b) => a - b));
  expect(trades.at(-1)!.time).toBeLessThanOrEqual(now);
  expect(trades.at(-1)!.time).toBeGreaterThan(now - 120_000);
  simulator.clock.set(kstInstant("2026-11-21", "12:00"));
  expect((await client.trades("005930")).at(-1)!.time).toBeLessThan(kstInstant("2026-11-20", "20:00:01"));
});

describe("holidays", () => {
  test("brings all pages, agrees with the calendar, and is asked once a KST day", async () => {
    const simulator = createKisSimulator({ limits: false, now, quirks: { duplicateHolidays: true } });
    const client = clientOf(simulator);
    const [rows, again] = await Promise.all([client.holidays("2026-11-21"), client.holidays("2026-11-21")]);
    expect(rows.length).toBeGreaterThan(30);
    expect(new Set(rows.map(({ day }) => day)).size).toBe(rows.length);
    expect(krx.differences(rows)).toEqual([]);
    expect(again).toBe(rows);
    const calls = simulator.stats.byEndpoint["CTCA0903R"];
    simulator.clock.set(kstInstant("2026-11-20", "23:59:59"));
    await client.holidays("2026-11-21");
    expect(simulator.stats.byEndpoint["CTCA0903R"]).toBe(calls);
    simulator.clock.set(kstInstant("2026-11-21", "00:00:01"));
    await client.holidays("2026-11-21");
    expect(simulator.stats.byEndpoint["CTCA0903R"]).toBe(calls! * 2);
  });

  test("is refused on paper before anything is sent", async () => {
    const simulator = paper();
    await expect(clientOf(simulator, { environment: "paper" }).holidays("2026-11-21")).rejects.toBeInstanceOf(
      KisUnsupportedError,
    );
    expect(simulator.stats.requests).toBe(0);
  });
});

test("instrument tells name, market and Nextrade", async () => {
  const client = clientOf(live());
  expect(await client.instrument("005930")).toMatchObject({
    symbol: "005930",
    market: "KOSPI",
    isHalted: false,
  });
  await expect(client.instrument("999999")).rejects.toBeInstanceOf(KisApiError);
});

describe("request", () => {
  const call = {
    path: "/uapi/domestic-stock/v1/quotations/inquire-price",
    trId: "FHKST01010100",
    params: { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "005930" },
  };

  test("shapes the body by any standard schema", async () => {
    const schema = z.object({ rt_cd: z.literal("0"), output: z.object({ stck_prpr: z.coerce.number() }) });
    const body = await clientOf(live()).request({ ...call, schema });
    expect(body.output.stck_prpr).toBeGreaterThan(0);
    expect(await clientOf(live()).request(call)).toMatchObject({ rt_cd: "0" });
  });

  test("names the place that does not fit", async () => {
    const schema = z.object({ output: z.object({ stck_prpr: z.literal("1") }) });
    await expect(clientOf(live()).request({ ...call, schema })).rejects.toMatchObject({
      name: "KisSchemaError",
      path: "output.stck_prpr",
    } satisfies Partial<KisSchemaError>);
  });

  test.each([
    [{ ...call, method: "POST", path: "/uapi/domestic-stock/v1/trading/order-cash" }, "path"],
    [{ ...call, path: "https://example.com/" }, "path"],
    [{ ...call, path: "/uapi/../oauth2/tokenP" }, "path"],
    [{ ...call, trId: "" }, "trId"],
    [{ ...call, method: "DELETE" }, "method"],
  ])("refuses %o before asking", async (request, option) => {
    const simulator = live();
    await expect(clientOf(simulator).request(request as never)).rejects.toMatchObject({
      name: "ConfigError",
      option,
    });
    expect(simulator.stats.requests).toBe(0);
  });

  test("pages follow tr_cont to the end, and a cap throws", async () => {
    const holidays = {
      path: "/uapi/domestic-stock/v1/quotations/chk-holiday",
      trId: "CTCA0903R",
      params: { BASS_DT: "20261121", CTX_AREA_NK: "", CTX_AREA_FK: "" },
    };
    const client = clientOf(createKisSimulator({ limits: false, now, quirks: { holidayDays: 96 } }));
    const days: string[] = [];
    for await (const page of client.pages({
      ...holidays,
      schema: z.object({ output: z.array(z.object({ bass_dt: z.string() })) }),
    })) {
      days.push(...page.output.map(({ bass_dt }) => bass_dt));
    }
    expect(days).toEqual([...new Set(days)].sort());
    expect(days.length).toBeGreaterThan(30);
    await expect(async () => {
      for await (const page of client.pages({ ...holidays, maxPages: 1 })) void page;
    }).rejects.toBeInstanceOf(IncompleteDataError);
  });
});

test.each([1, 2, 3])(
  "pages that lead in a circle of %i are no thousand calls to KIS's ledger",
  async (round) => {
    let calls = 0;
    const fetch: typeof globalThis.fetch = async (input) => {
      const url = input instanceof Request ? input.url : String(input);
      if (url.endsWith("/tokenP")) return Response.json({ access_token: "token", expires_in: 86_400 });
      const body = { rt_cd: "0", ctx_area_nk: `day ${calls++ % round}`, ctx_area_fk: "", output: [] };
      return Response.json(body, { headers: { tr_cont: "M" } });
    };
    const client = clientOf({ fetch, clock: live().clock });
    await expect(client.holidays("2026-11-21")).rejects.toThrow(/circle/);
    expect(calls).toBe(round + 1);
  },
);

test("minuteBars refuses before anything is sent", async () => {
  const simulator = live();
  const client = clientOf(simulator);
  const cases: readonly (readonly [object, string])[] = [
    [{ symbol: 5930 }, "symbol"],
    [{ symbol: "005930", tradingDay: "2026-11-23" }, "tradingDay"],
    [{ symbol: "005930", tradingDay: "2026-07-17" }, "tradingDay"],
    [{ symbol: "005930", tradingDay: "20261119" }, "tradingDay"],
    [{ symbol: "005930", tradingDay: "2025-03-03", venue: "NXT" }, "tradingDay"],
    [{ symbol: "005930", tradingDay: "2025-02-28", venue: "NXT" }, "venue"],
    [{ symbol: "005930", venue: "J" }, "venue"],
    [{ symbol: "005930", hours: "night" }, "hours"],
    [{ symbol: "005930", from: Number.NaN }, "from"],
  ];
  for (const [request, option] of cases) {
    await expect(client.minuteBars(request as never), JSON.stringify(request)).rejects.toMatchObject({
      option,
    });
  }
  await expect(client.minuteBars({ symbol: "005930", tradingDay: "2026-07-17" })).rejects.toThrow(
    /Constitution Day/,
  );
  const onPaper = clientOf(simulator, { environment: "paper" });
  await expect(onPaper.minuteBars({ symbol: "005930", tradingDay: "2026-11-19" })).rejects.toBeInstanceOf(
    KisUnsupportedError,
  );
  expect(simulator.stats.requests).toBe(0);
  expect(ConfigError).toBeDefined();
});

import {
  IncompleteDataError,
  KisApiError,
  type KisClientOptions,
  type Logger,
  createMemoryTokenStore,
  krx,
  kstInstant,
} from "hantoo";
import { createKisSimulator, createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { addDays } from "../../src/core/index.js";
import { clientOf, clockOf } from "./unpaced.js";

interface Asked {
  readonly trId: string;
  readonly query: URLSearchParams;
  /** From 1, token calls not counted. */
  readonly call: number;
}

/** A client whose every data call is answered by a script. */
function scripted(
  now: number,
  answer: (asked: Asked) => { readonly body: object; readonly headers?: Record<string, string> },
  options: Partial<KisClientOptions> = {},
) {
  const clock = createManualClock(now);
  const asked: Asked[] = [];
  const logged: object[] = [];
  const logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (facts) => logged.push(facts),
    error: () => {},
  };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(new Request(input).url);
    if (url.pathname.endsWith("/oauth2/tokenP"))
      return Response.json({ access_token: "t".repeat(30), expires_in: 86_400 });
    const one = {
      trId: new Headers(init?.headers).get("tr_id") ?? "",
      query: url.searchParams,
      call: asked.length + 1,
    };
    asked.push(one);
    const { body, headers = {} } = answer(one);
    return Response.json({ rt_cd: "0", msg_cd: "MCA00000", ...body }, { headers });
  };
  return { client: clientOf({ fetch, clock }, { clock, logger, ...options }), clock, asked, logged };
}

const dailyRow = (date: string, more: object = {}) => ({
  stck_bsop_date: date,
  stck_oprc: "100",
  stck_hgpr: "110",
  stck_lwpr: "90",
  stck_clpr: "105",
  acml_vol: "10",
  acml_tr_pbmn: "1000",
  ...more,
});
const friday = "2026-10-02";

describe("daily bars", () => {
  // 2026-10-05, a Monday, was closed: 356 of 424 closes of Friday were wrong until that night (000250: 210,000 for 207,000).
  test.each([
    ["2026-10-02", "22:28", false],
    ["2026-10-05", "20:00", false],
    ["2026-10-06", "05:59", false],
    ["2026-10-06", "06:00", true],
  ])("a Friday before a holiday, asked on %s at %s, is final: %s", async (day, time, isFinal) => {
    expect(krx.nextTradingDay(friday)).toBe("2026-10-06");
    const { client } = scripted(kstInstant(day, time), () => ({
      body: { output1: { stck_prpr: "100" }, output2: [dailyRow("20261002")] },
    }));
    for (const period of ["D", "W"] as const) {
      const bars = await client.dailyBars({ symbol: "000250", from: friday, to: friday, period });
      expect(bars).toMatchObject([{ tradingDay: friday, isFinal }]);
    }
  });

  // A host that keeps Korean time as UTC is nine hours ahead: in the evening it takes the day for yesterday.
  test.each([
    ["2026-11-19", "22:00", false],
    ["2026-11-20", "05:59", false],
    ["2026-11-20", "06:00", true],
  ])("on a host nine hours ahead, a Thursday asked on %s at %s is final: %s", async (day, time, isFinal) => {
    const simulator = createKisSimulator({ seed: 7, now: kstInstant(day, time), symbols: ["005930"] });
    const clock = { ...clockOf(simulator), now: () => simulator.clock.now() + 9 * 3_600_000 };
    const client = clientOf(simulator, { clock });
    const thursday = { from: "2026-11-19", to: "2026-11-19" };
    const stock = await client.dailyBars({ symbol: "005930", ...thursday });
    expect(stock).toMatchObject([{ tradingDay: "2026-11-19", isFinal }]);
    const index = await client.indexBars({ index: "0001", ...thursday });
    expect(index).toMatchObject([{ tradingDay: "2026-11-19", isFinal }]);
  });

  test("bars of several answers are judged by their own, also where one comes before the morning", async () => {
    const [before, after] = [kstInstant("2026-11-20", "05:59:59"), kstInstant("2026-11-20", "06:00")];
    // An answer of 100 rows with a Saturday among them is asked on; the second one is read at six.
    const [from = "", ...days] = krx.tradingDays("2026-01-02", "2026-11-19").slice(-100);
    const rows = [...days, "2026-11-14"].sort().map((day) => dailyRow(day.replaceAll("-", "")));
    const { client, asked } = scripted(kstInstant("2026-11-20", "10:00"), ({ call }) => ({
      body: { output1: { stck_prpr: "100" }, output2: call === 1 ? rows.toReversed() : [] },
      headers: { date: new Date(call === 1 ? before : after).toUTCString() },
    }));
    const bars = await client.dailyBars({ symbol: "005930", from, to: "2026-11-19" });
    expect(asked).toHaveLength(2);
    expect(bars.at(-1)).toMatchObject({ tradingDay: "2026-11-19", isFinal: false });
    expect(bars.filter(({ isFinal }) => !isFinal)).toHaveLength(1);
  });

  test("a day of off-hours trades alone is kept and named, and costs its neighbours nothing (056730)", async () => {
    const odd = { stck_oprc: "0", stck_hgpr: "0", stck_lwpr: "0", stck_clpr: "1460", acml_vol: "60795" };
    const { client } = scripted(kstInstant("2026-11-20", "10:00"), () => ({
      body: {
        output1: { stck_prpr: "1500" },
        output2: [
          dailyRow("20190212"),
          dailyRow("20190211", { ...odd, acml_tr_pbmn: "88760700" }),
          dailyRow("20190208"),
        ],
      },
    }));
    const bars = await client.dailyBars({ symbol: "056730", from: "2019-02-08", to: "2019-02-12" });
    expect(bars).toHaveLength(3);
    expect(bars[1]).toEqual({
      tradingDay: "2019-02-11",
      open: 0,
      high: 0,
      low: 0,
      close: 1460,
      volume: 60_795,
      turnover: 88_760_700,
      isFinal: true,
      odd: "no-regular-trade",
    });
    expect(bars[0]).not.toHaveProperty("odd");
  });

  test("a blank turnover is absent, and a row that is no bar is left out and logged", async () => {
    const { client, logged } = scripted(kstInstant("2026-11-20", "10:00"), () => ({
      body: {
        output1: { stck_prpr: "100" },
        output2: [
          dailyRow("20261119"),
          dailyRow("20261118", { acml_tr_pbmn: "" }),
          dailyRow("20261117", { stck_clpr: " " }),
          dailyRow("20261116", { stck_oprc: "120" }),
        ],
      },
    }));
    const bars = await client.dailyBars({ symbol: "005930", from: "2026-11-16", to: "2026-11-19" });
    expect(bars.map(({ tradingDay, turnover, odd }) => [tradingDay, turnover, odd])).toEqual([
      ["2026-11-16", 1000, "open-outside-range"],
      ["2026-11-18", undefined, undefined],
      ["2026-11-19", 1000, undefined],
    ]);
    expect(logged).toMatchObject([{ field: "output2[2].stck_clpr" }]);
  });

  test("spans before a listing and after a delisting are empty; only a symbol without a year is unknown", async () => {
    const listed = (known: readonly object[]) =>
      scripted(kstInstant("2026-11-20", "10:00"), ({ query }) => ({
        body: {
          output1: { stck_prpr: "0" },
          output2:
            query.get("FID_PERIOD_DIV_CODE") === "Y"
              ? known
              : known.length > 0 && query.get("FID_INPUT_DATE_1")! < "20170701"
                ? [dailyRow(query.get("FID_INPUT_DATE_1")!)]
                : [],
        },
      }));
    const { client, asked } = listed([dailyRow("20170630")]);
    const late = { symbol: "117930", from: "2018-01-02", to: "2018-12-28" };
    expect(await client.dailyBars(late)).toEqual([]);
    expect(asked.filter(({ query }) => query.get("FID_PERIOD_DIV_CODE") === "Y")).toHaveLength(1);
    expect((await client.dailyBars({ ...late, from: "2017-01-02" })).length).toBeGreaterThan(0);
    const unknown = listed([]);
    await expect(unknown.client.dailyBars(late)).rejects.toBeInstanceOf(KisApiError);
    expect(unknown.asked).toHaveLength(2);
  });
});

/** chk-holiday as it was measured: 24 rows a page, and always more to come. */
const endlessHolidays = ({ query }: Asked, more: (day: string) => object = () => ({})) => {
  const next = query.get("CTX_AREA_NK")!.trim();
  const from = next === "" ? addDays(iso(query.get("BASS_DT")!), -1) : iso(next);
  const days = Array.from({ length: 24 }, (_, index) => addDays(from, index + 1));
  const compact = (day: string): string => day.replaceAll("-", "");
  return {
    body: {
      ctx_area_nk: compact(days.at(-1)!).padEnd(20),
      ctx_area_fk: query.get("BASS_DT")!.padEnd(20),
      output: days.map((day) => {
        const flag = krx.isTradingDay(day) ? "Y" : "N";
        return { bass_dt: compact(day), opnd_yn: flag, bzdy_yn: flag, sttl_day_yn: flag, ...more(day) };
      }),
    },
    headers: { tr_cont: next === "" ? "F" : "M" },
  };
};
const iso = (text: string): string => `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;

describe("holidays", () => {
  test("ask for 30 days in two pages, however many KIS has, and for what `to` says", async () => {
    const { client, asked } = scripted(kstInstant("2026-11-20", "10:00"), (one) => endlessHolidays(one));
    const rows = await client.holidays("2026-11-20");
    expect([rows[0]?.day, rows.at(-1)?.day, rows.length]).toEqual(["2026-11-20", "2026-12-20", 31]);
    expect(asked).toHaveLength(2);
    expect(await client.holidays("2026-11-20", { to: "2026-11-22" })).toHaveLength(3);
    expect(asked).toHaveLength(3);
    await expect(client.holidays("2026-11-20", { to: "2026-11-19" })).rejects.toMatchObject({ option: "to" });
    expect(asked).toHaveLength(3);
  });

  test("options of the call are the asker's, and those who share the answer keep their own signals", async () => {
    const { client, asked } = scripted(kstInstant("2026-11-20", "10:00"), () => ({
      body: { rt_cd: "1", msg_cd: "EGW00001" },
    }));
    const failure = { msgCd: "EGW00001" };
    await expect(client.holidays("2026-11-20", { retry: 0 })).rejects.toMatchObject(failure);
    expect(asked).toHaveLength(1);
    await expect(client.holidays("2026-11-20", { timeoutMs: 0 })).rejects.toMatchObject({
      option: "timeoutMs",
    });
    await expect(client.holidays("2026-11-20", { signal: "now" as never })).rejects.toMatchObject({
      option: "signal",
    });
    const leaving = new AbortController();
    const left = client.holidays("2026-11-20", { retry: 0, signal: leaving.signal });
    const stays = client.holidays("2026-11-20", { retry: 0 });
    leaving.abort("gone");
    await expect(left).rejects.toBe("gone");
    await expect(stays).rejects.toMatchObject(failure);
  });

  test("a blank field costs that field alone; a day of which nothing is said is left out", async () => {
    const { client } = scripted(kstInstant("2026-11-20", "10:00"), (one) =>
      endlessHolidays(one, (day) =>
        day === "2026-11-23" ? { sttl_day_yn: " " } : day === "2026-11-24" ? { opnd_yn: "" } : {},
      ),
    );
    const rows = await client.holidays("2026-11-23", { to: "2026-11-25" });
    expect(rows).toEqual([
      { day: "2026-11-23", isOpen: true, isBusinessDay: true },
      { day: "2026-11-25", isOpen: true, isBusinessDay: true, isSettlementDay: true },
    ]);
  });
});

describe("tradingDay", () => {
  const closed = "2026-11-24";
  const live = (options: Partial<KisClientOptions> = {}) =>
    scripted(
      kstInstant("2026-11-23", "08:00"),
      (one) => endlessHolidays(one, (day) => (day === closed ? { opnd_yn: "N" } : {})),
      options,
    );

  test("is asked of chk-holiday once a KST day, for all processes that share the token", async () => {
    const tokenStore = createMemoryTokenStore();
    const first = live({ tokenStore });
    const days = ["2026-11-23", closed, "2026-11-28", "2026-11-30"];
    const said = await Promise.all(days.map((day) => first.client.tradingDay(day)));
    expect(said).toEqual([true, false, false, true]);
    const { length } = first.asked;
    expect(length).toBe(2);
    const second = live({ tokenStore });
    expect(await second.client.tradingDay(closed)).toBe(false);
    expect(second.asked).toHaveLength(0);
    second.clock.set(kstInstant("2026-11-24", "00:00:01"));
    expect(await second.client.tradingDay(closed)).toBe(false);
    expect(second.asked).toHaveLength(2);
  });

  test("is undefined beyond what KIS was asked about, and where it cannot be asked", async () => {
    const { client, logged } = live();
    expect(await client.tradingDay("2027-06-01")).toBeUndefined();
    expect(await client.tradingDay("0000-01-01")).toBeUndefined();
    const down = scripted(kstInstant("2026-11-23", "08:00"), () => ({ body: { rt_cd: "1", msg_cd: "X" } }), {
      retry: 0,
    });
    expect(await down.client.tradingDay(closed)).toBeUndefined();
    expect(down.logged).toMatchObject([{ day: closed, err: expect.any(Error) as Error }]);
    expect(logged).toEqual([]);
    await expect(client.tradingDay("20261124")).rejects.toMatchObject({ name: "ConfigError" });
  });

  test.each(["live", "paper"] as const)(
    "of a past day on %s comes from the index's rows",
    async (environment) => {
      const holiday = "2026-10-14";
      const now = kstInstant("2026-11-20", "10:00");
      const { client, asked } = scripted(
        now,
        ({ query }) => {
          const days = krx
            .tradingDays(iso(query.get("FID_INPUT_DATE_1")!), iso(query.get("FID_INPUT_DATE_2")!))
            .filter((day) => day !== holiday && day <= "2026-11-19");
          expect(days.length).toBeLessThanOrEqual(50);
          const output2 = days.reverse().map((day) => ({
            stck_bsop_date: day.replaceAll("-", ""),
            bstp_nmix_prpr: "4000.00",
          }));
          return { body: { output1: {}, output2 } };
        },
        { environment },
      );
      expect(await client.tradingDay("2026-10-13")).toBe(true);
      expect(await client.tradingDay(holiday)).toBe(false);
      expect(await client.tradingDay("2026-10-17")).toBe(false);
      expect(asked).toHaveLength(1);
      expect(asked[0]?.trId).toBe("FHKUP03500100");
      for (const day of krx.tradingDays("2026-03-02", "2026-11-18"))
        expect([day, await client.tradingDay(day)]).toEqual([day, day !== holiday]);
      expect(asked.length).toBeLessThanOrEqual(9);
      if (environment === "paper") {
        expect(await client.tradingDay("2026-11-20")).toBeUndefined();
        expect(await client.tradingDay("2026-11-23")).toBeUndefined();
      }
    },
  );
});

test("quotes take UN, and a field that KIS leaves out is absent", async () => {
  const item = {
    inter_shrn_iscd: "005930",
    inter2_prpr: "274500",
    inter2_oprc: "275000",
    inter2_hgpr: "275500",
    inter2_lwpr: "266000",
    acml_vol: "21669476",
    acml_tr_pbmn: "5874450961500",
    inter2_prdy_clpr: "268000",
    inter2_sdpr: "268000",
  };
  const { client, asked } = scripted(kstInstant("2026-08-14", "20:00"), () => ({ body: { output: [item] } }));
  const [quote] = await client.quotes(["005930"], { venue: "UN" });
  expect(asked[0]?.query.get("FID_COND_MRKT_DIV_CODE_1")).toBe("UN");
  expect(quote).toEqual({
    symbol: "005930",
    venue: "UN",
    price: 274_500,
    open: 275_000,
    high: 275_500,
    low: 266_000,
    volume: 21_669_476,
    turnover: 5_874_450_961_500,
    previousClose: 268_000,
    basePrice: 268_000,
  });
});

test("a body without its container is no empty answer, for any of the calls", async () => {
  const { client } = scripted(kstInstant("2026-11-20", "10:00"), () => ({ body: { output3: [] } }), {
    retry: 0,
  });
  const span = { symbol: "005930", from: "2026-11-02", to: "2026-11-19" };
  for (const work of [
    () => client.minuteBars({ symbol: "005930" }),
    () => client.dailyBars(span),
    () => client.quote("005930"),
    () => client.quotes(["005930"]),
    () => client.trades("005930"),
    () => client.holidays("2026-11-20"),
    () => client.instrument("005930"),
  ])
    await expect(work()).rejects.toMatchObject({ name: "KisSchemaError", retryable: true });
});

test("trades of a thin symbol at 09:31 are of today and of the trading day before", async () => {
  const clocks = ["093000", "090100", "153000", "151500"];
  const output = clocks.map((clock) => ({ stck_cntg_hour: clock, stck_prpr: "100", cntg_vol: "1" }));
  const { client } = scripted(kstInstant("2026-11-23", "09:31"), () => ({ body: { output } }));
  expect((await client.trades("005930")).map(({ time }) => time)).toEqual([
    kstInstant("2026-11-20", "15:15"),
    kstInstant("2026-11-20", "15:30"),
    kstInstant("2026-11-23", "09:01"),
    kstInstant("2026-11-23", "09:30"),
  ]);
});

test("pages that hand on no keys are followed; one that comes again is a circle", async () => {
  const run = async (isCircle: boolean): Promise<number> => {
    const { client } = scripted(kstInstant("2026-11-20", "10:00"), ({ call }) => ({
      body: { output: [{ n: isCircle ? 0 : call }] },
      headers: { tr_cont: call < 4 ? "M" : "D" },
    }));
    let pages = 0;
    const path = "/uapi/domestic-stock/v1/quotations/inquire-daily-price";
    for await (const page of client.pages({ path, trId: "FHKST01010400" })) if (page !== undefined) pages++;
    return pages;
  };
  expect(await run(false)).toBe(4);
  await expect(run(true)).rejects.toBeInstanceOf(IncompleteDataError);
});

describe("provenance", () => {
  const now = kstInstant("2026-11-20", "10:00");
  const answer = () => ({ body: { output: { stck_prpr: "100" } } });

  test("is KIS's on KIS's own hosts, else the host's name", async () => {
    expect(scripted(now, answer).client.provenance).toBe("kis-live");
    expect(scripted(now, answer, { environment: "paper" }).client.provenance).toBe("kis-paper");
    const other = scripted(now, answer, { baseUrl: "https://proxy.example.com:8443/kis" });
    expect(other.client.provenance).toBe("host:proxy.example.com");
    await other.client.quote("005930");
    expect(other.client.provenance).toBe("host:proxy.example.com");
  });

  test("is the simulator's once an answer says so, whatever the host's name", async () => {
    const simulator = createKisSimulator({ limits: false, now });
    const client = clientOf(simulator);
    await client.quote("005930");
    expect(client.provenance).toBe("simulator");
  });
});

test("capacity says what may be planned", () => {
  const answer = () => ({ body: {} });
  const now = kstInstant("2026-11-20", "10:00");
  const live = scripted(now, answer).client.capacity;
  expect(live).toEqual({ ratePerSecond: 400, minutesPerCall: 120, keptDays: 251 });
  const paper = scripted(now, answer, { environment: "paper" }).client.capacity;
  expect(paper).toEqual({ ratePerSecond: 400, minutesPerCall: 29, keptDays: 1 });
});

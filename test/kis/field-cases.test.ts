import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IncompleteDataError, type KisClient, krx, kstInstant, kstTime } from "hantoo";
import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { type WireRow, row } from "./minutes/wire-rows.js";
import { clientOf, unpaced } from "./unpaced.js";

const folder = process.env["HANTOO_CASES"];
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder ?? "", `${name}.json`), "utf8"));

type Answers = (trId: string, query: URLSearchParams) => object;

/** A KIS that answers by TR id at one instant; it counts what it was asked. */
function kisAt(now: number, answers: Answers, environment: "live" | "paper" = "live") {
  const clock = createManualClock(now);
  const calls: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname, searchParams } = new URL(new Request(input).url);
    if (pathname === "/oauth2/tokenP")
      return Response.json({ access_token: "t".repeat(30), expires_in: 86_400 });
    const trId = new Headers(init?.headers).get("tr_id") ?? "";
    calls.push(trId);
    const { tr_cont = "", ...body } = answers(trId, searchParams) as { tr_cont?: string };
    return Response.json({ rt_cd: "0", msg_cd: "MCA00000", ...body }, { headers: { tr_cont } });
  };
  const client: KisClient = clientOf({ fetch, clock }, { clock, environment });
  return { client, calls, clock };
}

const compact = (day: string): string => day.replaceAll("-", "");
/** A row of a day at one price. */
const flat = (day: string, time: string, price: number, volume: number | string, total: number): WireRow => {
  const won = String(price);
  const prices = { stck_prpr: won, stck_oprc: won, stck_hgpr: won, stck_lwpr: won };
  return row(time, volume, total, { stck_bsop_date: compact(day), ...prices });
};
const dailyRow = (day: string, close: number, volume: number, turnover: number, more: object = {}) => ({
  stck_bsop_date: compact(day),
  stck_oprc: String(close),
  stck_hgpr: String(close),
  stck_lwpr: String(close),
  stck_clpr: String(close),
  acml_vol: String(volume),
  acml_tr_pbmn: String(turnover),
  ...more,
});
/** Minutes of a past day, and the daily rows beside them. */
const past =
  (rows: readonly object[], daily: readonly object[]): Answers =>
  (trId) => ({ output1: { stck_prpr: "100" }, output2: trId === "FHKST03010100" ? daily : rows });

describe.skipIf(folder === undefined)("cases from the field, with the right value", () => {
  test("01: 036220's first bar opens above its high: kept as it is, named, and the day is whole", async () => {
    const [found] = (read("01-minute-open-outside-range") as { rows: WireRow[] }).rows;
    const day = "2026-11-18";
    const own = { ...found, stck_bsop_date: compact(day), acml_tr_pbmn: String(63 * 6810) };
    const rows = [flat(day, "090100", 6810, 10, 73 * 6810), own];
    const { client } = kisAt(
      kstInstant("2026-11-20", "10:00"),
      past(rows, [dailyRow(day, 6810, 73, 73 * 6810)]),
    );
    const { bars, odd, holes, complete } = await client.minuteBars({ symbol: "036220", tradingDay: day });
    expect(bars[0]).toMatchObject({ open: 6880, high: 6810, low: 6810, close: 6810, volume: 63 });
    expect(odd).toEqual([{ time: kstInstant(day, "09:00"), rule: "open-outside-range" }]);
    expect({ holes, complete, bars: bars.length }).toEqual({ holes: [], complete: true, bars: 2 });
  });

  test("02: a closing print labelled 153200, and the same day without it, are a named hole at 15:30", async () => {
    const { facts, output1_20260814: next } = read("02-late-closing-print-005930") as {
      facts: string[];
      output1_20260814: Record<string, string>;
    };
    const print = Number(/([\d,]+)-share 153200 row/.exec(facts.join(" "))?.[1]?.replaceAll(",", ""));
    const close = Number(next["stck_prdy_clpr"]);
    expect([print, close]).toEqual([11_196_308, 268_000]);
    const day = "2026-08-13";
    const before = 24_000_000;
    const total = (before + print) * close;
    const rows = [
      flat(day, "151900", close, before - 9, before * close),
      flat(day, "090000", close, 9, 9 * close),
    ];
    const late = flat(day, "153200", close, print, total);
    const daily = [dailyRow(day, close, before + print, total)];
    const asked = { symbol: "005930", tradingDay: day } as const;
    for (const [page, turnover] of [
      [[late, ...rows], print * close],
      [rows, undefined],
    ] as const) {
      const { client } = kisAt(kstInstant("2026-08-17", "10:00"), past(page, daily));
      const { bars, holes, outside } = await client.minuteBars(asked);
      expect(bars.map(({ time }) => kstTime(time))).toEqual(["090000", "151900"]);
      const closing = holes.find(({ kind }) => kind === "closing");
      expect(closing?.to).toBe(kstInstant(day, "15:30"));
      if (turnover !== undefined) expect(closing).toMatchObject({ from: closing?.to, turnover });
      expect(outside).toBeUndefined();
    }
  });

  test("02: the same print in an answer for the next day, and the evening's rows before that day's open, are not of it", async () => {
    const { facts } = read("02-late-closing-print-005930") as { facts: string[] };
    expect(facts.join(" ")).toMatch(
      /also appears in answers for other days \(2026-08-14\).*before 09:00 on 2026-08-14/,
    );
    const [before, day, close] = ["2026-08-13", "2026-08-14", 268_000];
    const foreign = flat(before, "153200", close, 11_196_308, 36_000_000 * close);
    const rows = [
      flat(day, "153000", close, 5, 9 * close),
      flat(day, "090000", close, 4, 4 * close),
      foreign,
      flat(before, "134200", close, 7, 20_000_000 * close),
    ];
    const daily = [
      dailyRow(day, close, 9, 9 * close),
      dailyRow(before, close, 36_000_000, 36_000_000 * close),
    ];
    const later = kisAt(kstInstant("2026-08-19", "10:00"), past(rows, daily));
    const answer = await later.client.minuteBars({ symbol: "005930", tradingDay: day });
    expect(answer.bars.map(({ time, volume }) => [kstTime(time), volume])).toEqual([
      ["090000", 4],
      ["153000", 5],
    ]);
    expect(answer).toMatchObject({ holes: [], outside: undefined, complete: true });
    const early = kisAt(kstInstant(day, "08:40"), past(rows.slice(2), daily.slice(1)));
    const none = await early.client.minuteBars({ symbol: "005930", tradingDay: day });
    expect(none).toMatchObject({ tradingDay: day, bars: [], holes: [], outside: undefined, complete: false });
  });

  test("02, 14: a real closing print, and an open midway between two ticks, are what they say", async () => {
    const { real_0230_rows_20260803: recorded } = read("02-late-closing-print-005930") as {
      real_0230_rows_20260803: WireRow[];
    };
    const [closing, midway] = recorded as [WireRow, WireRow];
    const day = "2026-08-03";
    const total = Number(closing.acml_tr_pbmn);
    const noon = total - 2_698_728 * 239_500;
    const rows = [closing, { ...midway, stck_bsop_date: compact(day), acml_tr_pbmn: String(noon) }];
    const start = flat(day, "090000", 240_000, 1, noon - 111_989 * 241_000);
    const daily = [dailyRow(day, 239_500, 9, total, { stck_hgpr: "250000", stck_lwpr: "230000" })];
    const { client } = kisAt(kstInstant("2026-08-05", "10:00"), past([...rows, start], daily));
    const { bars, odd } = await client.minuteBars({ symbol: "005930", tradingDay: day });
    expect(bars.at(-1)).toMatchObject({
      open: 239_500,
      close: 239_500,
      volume: 2_698_728,
      turnover: 646_345_356_000,
    });
    expect(bars.at(-2)).toMatchObject({ open: 240_750, high: 242_000, low: 240_750, close: 241_750 });
    expect(odd).toEqual([]);
  });

  test("03: 0200's doubled closing volume is refuted by its own turnover; 0230's is taken", async () => {
    const { "153000": told } = read("03-0200-doubled-close") as Record<string, Record<string, string>>;
    const day = "2026-11-20";
    const right = Number(told?.["0230"]);
    expect(Number(told?.["0200"])).toBe(2 * right);
    const price = 71_000;
    const total = (right + 9) * price;
    const output1 = { stck_prpr: String(price), acml_vol: String(right + 9), acml_tr_pbmn: String(total) };
    const serve =
      (closing: string | undefined): Answers =>
      (trId) => ({
        output1,
        output2:
          trId === "FHKST03010100"
            ? [dailyRow(day, price, right + 9, total)]
            : [flat(day, "153000", price, closing ?? "", total), flat(day, "090000", price, 9, 9 * price)],
      });
    const now = kstInstant(day, "18:30");
    const paper = await kisAt(now, serve(told?.["0200"]), "paper").client.minuteBars({ symbol: "005930" });
    const at = kstInstant(day, "15:30");
    expect(paper.bars.map(({ volume }) => volume)).toEqual([9]);
    expect(paper.holes).toEqual([{ from: at, to: at, kind: "closing", turnover: right * price }]);
    const live = await kisAt(now, serve(told?.["0230"])).client.minuteBars({ symbol: "005930" });
    expect(live.bars.at(-1)).toMatchObject({ time: at, volume: right, turnover: right * price });
    expect(live.holes).toEqual([]);
  });

  test("04: each refusal that people met ends as it is meant: passing ones are tried again, a rate slows the pace", async () => {
    const { bodies } = read("04-error-bodies") as { bodies: { status: number; body: object | string }[] };
    const ends = [];
    for (const { status, body } of bodies) {
      const clock = createManualClock(kstInstant("2026-11-20", "10:00"));
      const limiter = unpaced();
      const fetch: typeof globalThis.fetch = async (input) => {
        if (new Request(input).url.endsWith("/oauth2/tokenP"))
          return Response.json({ access_token: "t".repeat(30), expires_in: 86_400 });
        return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
      };
      const client = clientOf({ fetch, clock }, { clock, limiter, random: () => 0.5, retry: { limit: 2 } });
      const error: unknown = await clock.runUntil(client.quote("005930").catch((cause: unknown) => cause));
      const { name, retryable } = error as { name: string; retryable: boolean };
      ends.push([name, retryable, limiter.calls, limiter.refusals]);
    }
    expect(ends).toEqual([
      ["KisRateLimitError", true, 4, 3], // EGW00215; the token is a call of its own
      ["KisApiError", true, 4, 0], // OPSQ0003
      ["KisApiError", false, 2, 0], // OPSQ2001: the request is wrong
      ["TransportError", true, 4, 0], // a page of HTML
    ]);
  });

  test("05: a delisted symbol's head of zeros is no error and no data", async () => {
    const { output1: shape } = read("05-delisted-daily-117930") as { output1: string };
    expect(shape).toContain("itewhol_loan_rmnd_ratem name");
    const output1 = { stck_prpr: "0", acml_vol: "0", "itewhol_loan_rmnd_ratem name": "0" };
    const { client } = kisAt(kstInstant("2026-11-20", "10:00"), (_, query) => ({
      output1,
      output2:
        query.get("FID_PERIOD_DIV_CODE") === "Y"
          ? [dailyRow("2017-02-17", 0, 0, 0, { stck_clpr: "12" })]
          : [],
    }));
    expect(await client.dailyBars({ symbol: "117930", from: "2018-01-02", to: "2018-03-02" })).toEqual([]);
  });

  test("06: a quote of all venues together", async () => {
    const { output } = read("06-multprice-un-005930") as { output: object[] };
    const { client } = kisAt(kstInstant("2026-08-14", "21:00"), () => ({ output }));
    expect(await client.quotes(["005930"], { venue: "UN" })).toMatchObject([
      {
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
      },
    ]);
  });

  test("08: rows without data (INT64_MIN) at 0200 UN are no trades, and prove nothing", async () => {
    const { note } = read("08-un-void-rows-035720") as { note: string };
    const missing = /cntg_vol (-\d+)/.exec(note)?.[1] ?? "";
    expect(missing).toBe("-9223372036854775808");
    const day = "2026-11-20";
    const rows = Array.from({ length: 30 }, (_, at) => ({
      ...flat(day, kstTime(kstInstant(day, "08:05") - at * 60_000), 0, missing, 0),
      stck_prpr: "50000",
    }));
    const { client } = kisAt(
      kstInstant(day, "08:06:20"),
      () => ({ output1: { stck_prpr: "50000", acml_vol: "12" }, output2: rows }),
      "paper",
    );
    const answer = await client
      .minuteBars({ symbol: "035720", venue: "UN", hours: "all" })
      .catch((error: unknown) => error);
    if (answer instanceof IncompleteDataError) expect(answer.retryable).toBe(true);
    else expect(answer).toMatchObject({ bars: [], complete: false });
  });

  test("10: a list of holidays without end costs the pages of what is asked", async () => {
    const { note } = read("10-chk-holiday-endless") as { note: string };
    const rows = Number(/^(\d+) rows a page/.exec(note)?.[1]);
    expect(rows).toBe(24);
    let next = kstInstant("2026-08-12", "00:00");
    const { client, calls } = kisAt(kstInstant("2026-08-12", "10:00"), () => {
      const output = Array.from({ length: rows }, () => {
        const date = compact(new Date(next + 9 * 3_600_000).toISOString().slice(0, 10));
        next += 86_400_000;
        return {
          bass_dt: date,
          wday_dvsn_cd: "01",
          bzdy_yn: "Y",
          tr_day_yn: "Y",
          opnd_yn: "Y",
          sttl_day_yn: "",
        };
      });
      const last = output.at(-1)?.bass_dt ?? "";
      const keys = { ctx_area_nk: last.padEnd(20), ctx_area_fk: "20260812".padEnd(20) };
      return { tr_cont: calls.length === 1 ? "F" : "M", ...keys, output };
    });
    expect((await client.holidays("2026-08-12")).at(-1)?.day).toBe("2026-09-11");
    expect(calls).toHaveLength(2);
  });

  test("12: an answer whose rows are all of another day says nothing of the day asked for", async () => {
    const { source } = read("12-other-day") as { source: string };
    const [asked = "", shown = ""] = [
      /000660 (\S+) ->/.exec(source)?.[1],
      /all rows (\d{8})/.exec(source)?.[1],
    ];
    expect([asked, shown]).toEqual(["2025-12-15", "20251210"]);
    const rows = [
      flat("2025-12-10", "151900", 570_000, 5, 9 * 570_000),
      flat("2025-12-10", "090000", 570_000, 4, 4 * 570_000),
    ];
    const idle = { stck_oprc: "0", stck_hgpr: "0", stck_lwpr: "0" };
    const around = [dailyRow("2025-12-16", 570_000, 3, 9), dailyRow("2025-12-10", 570_000, 9, 9)];
    const request = { symbol: "000660", tradingDay: asked, venue: "NXT" } as const;
    const now = kstInstant("2026-02-02", "10:00");
    const suspended = kisAt(now, past(rows, [...around, dailyRow(asked, 570_000, 0, 0, idle)]));
    expect(await suspended.client.minuteBars(request)).toMatchObject({ bars: [], holes: [], complete: true });
    for (const daily of [around, [...around, dailyRow(asked, 570_000, 7, 7 * 570_000)]]) {
      const { client } = kisAt(now, past(rows, daily));
      await expect(client.minuteBars(request)).rejects.toBeInstanceOf(IncompleteDataError);
    }
  });

  test("17: minutes on a later action's scale are named, with the day as it was traded", async () => {
    const {
      day,
      daily_raw_close: raw,
      minute_close_0230: shown,
    } = read("17-adjusted-minutes-348080") as Record<string, string>;
    const [price, traded] = [Number(shown), Number(raw)];
    expect([day, price, traded]).toEqual(["20251002", 8327, 953]);
    const asked = "2025-10-02";
    const rows = [
      flat(asked, "153000", price, 60, 100 * traded),
      flat(asked, "090000", price, 40, 40 * traded),
    ];
    const { client } = kisAt(
      kstInstant("2026-08-07", "10:00"),
      past(rows, [dailyRow(asked, traded, 100, 100 * traded)]),
    );
    expect(await client.minuteBars({ symbol: "348080", tradingDay: asked })).toMatchObject({
      basis: "rescaled",
      tradedDay: { close: traded },
      bars: [{ close: price }, { close: price, time: kstInstant(asked, "15:30") }],
    });
  });

  test("18: the after-market ends at 200000 with its close print, and its turnover goes on from the session's", async () => {
    const { note } = read("18-after-market-j") as { note: string[] };
    const text = note.join(" ");
    const carried = Number(/turnover|000150 \S+ ([\d,]+) carried in/.exec(text)?.[1]?.replaceAll(",", ""));
    const [, first = "", three = ""] = /160000 c(\d+) v(\d+)/.exec(text) ?? [];
    const [, second = "", two = ""] = /160100 c(\d+) v(\d+)/.exec(text) ?? [];
    expect([carried, first, three, second, two]).toEqual([128_866_376_000, "1471000", "3", "1466000", "2"]);
    const day = "2026-09-22";
    const labels = krx.minutes(day, { hours: "all" });
    const nxt = krx.minutes(day, { venue: "NXT", hours: "all" });
    expect([labels.at(-1), nxt.at(-1)].map((time = 0) => kstTime(time))).toEqual(["200000", "195900"]);
    const [a, b] = [carried + 3 * Number(first), carried + 3 * Number(first) + 2 * Number(second)];
    const rows = [
      flat(day, "200000", Number(second), 1, b + Number(second)),
      flat(day, "160100", Number(second), two, b),
      flat(day, "160000", Number(first), three, a),
      flat(day, "153000", 1_470_000, 10, carried),
      // Of a day's price range: how many shares went at which price is not told.
      {
        ...flat(
          day,
          "090000",
          1_470_000,
          Math.floor((carried - 14_700_000) / 1_470_000),
          carried - 14_700_000,
        ),
        stck_hgpr: "1480000",
      },
    ];
    const daily = [
      dailyRow(day, 1_470_000, 9, b + Number(second), { stck_hgpr: "1480000", stck_lwpr: "1460000" }),
    ];
    const { client } = kisAt(kstInstant("2026-09-28", "10:00"), past(rows, daily));
    const all = await client.minuteBars({ symbol: "000150", tradingDay: day, hours: "all" });
    expect(all.outside).toBeUndefined();
    expect(all.bars.map(({ time, turnover }) => [kstTime(time), turnover]).slice(-3)).toEqual([
      ["160000", 4_413_000],
      ["160100", 2_932_000],
      ["200000", 1_466_000],
    ]);
    const regular = await client.minuteBars({ symbol: "000150", tradingDay: day });
    expect(regular).toMatchObject({ outside: undefined, holes: [], complete: true });
    expect(regular.bars).toHaveLength(2);
  });

  test("22: a day of off-hours trades alone keeps its neighbours and its name", async () => {
    const { rows } = read("22-off-hours-only-days") as { rows: Record<string, number | string>[] };
    for (const { day, symbol, open, high, low, close, volume, turnover } of rows) {
      const date = String(day).replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
      const prices = { stck_oprc: String(open), stck_hgpr: String(high), stck_lwpr: String(low) };
      const own = dailyRow(date, Number(close), Number(volume), Number(turnover), prices);
      const daily = [dailyRow("2019-02-12", 1470, 5, 7350), own, dailyRow("2019-02-08", 1460, 5, 7300)];
      const { client } = kisAt(kstInstant("2026-11-20", "10:00"), past([], daily));
      const bars = await client.dailyBars({ symbol: String(symbol), from: "2019-02-08", to: "2019-02-12" });
      expect(bars.map((bar) => [bar.tradingDay, bar.odd])).toEqual([
        ["2019-02-08", undefined],
        [date, "no-regular-trade"],
        ["2019-02-12", undefined],
      ]);
      expect(bars[1]).toMatchObject({ open: 0, high: 0, low: 0, close, volume, turnover, isFinal: true });
    }
  });

  test("23: the close shown over a weekend is not final, the one after the next trading day's night is", async () => {
    const { cases } = read("23-daily-final-over-a-weekend") as { cases: Record<string, string>[] };
    for (const { symbol = "", day = "", shown, right } of cases) {
      const date = day.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
      const told = async (now: number, close: string | undefined) => {
        const { client } = kisAt(now, past([], [dailyRow(date, Number(close), 9, 9)]));
        return client.dailyBars({ symbol, from: date, to: date });
      };
      const weekend = [
        kstInstant(date, "22:28"),
        kstInstant("2026-10-05", "20:00"),
        kstInstant("2026-10-06", "05:59"),
      ];
      for (const now of weekend)
        expect(await told(now, shown)).toMatchObject([{ close: Number(shown), isFinal: false }]);
      expect(await told(kstInstant("2026-10-06", "06:00"), right)).toMatchObject([
        { close: Number(right), isFinal: true },
      ]);
    }
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IncompleteDataError, KisSchemaError, krx, kstDay, kstInstant, kstTime } from "hantoo";
import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { clientOf } from "../unpaced.js";
import { type WireRow, row } from "./wire-rows.js";

const day = "2026-11-20";
const minutes = krx.minutes(day);
const at = (time: string): number => kstInstant(day, time);

describe("minuteBars, where KIS answers oddly", () => {
  const now = kstInstant(day, "18:30");
  const answering = (pages: (trId: string, asked: string, period: string) => object) => {
    const clock = createManualClock(now);
    const calls: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const url = new URL(new Request(input).url);
      if (url.pathname === "/oauth2/tokenP")
        return Response.json({ access_token: "t".repeat(30), expires_in: 86400 });
      const trId = new Headers(init?.headers).get("tr_id") ?? "";
      calls.push(trId);
      return Response.json({
        rt_cd: "0",
        msg_cd: "MCA00000",
        ...pages(
          trId,
          url.searchParams.get("FID_INPUT_HOUR_1") ?? "",
          url.searchParams.get("FID_PERIOD_DIV_CODE") ?? "",
        ),
      });
    };
    return { client: clientOf({ fetch, clock }, { clock }), calls };
  };

  test("no rows and no price: an unknown symbol", async () => {
    const { client } = answering(() => ({ output1: { stck_prpr: "0" }, output2: [] }));
    await expect(client.minuteBars({ symbol: "005930" })).rejects.toMatchObject({
      name: "KisApiError",
      code: "kis_api",
    });
  });

  const daily = (date: string, volume: number, more: object = {}) => ({
    stck_bsop_date: date,
    stck_oprc: "1",
    stck_hgpr: "1",
    stck_lwpr: "1",
    stck_clpr: "1",
    acml_vol: String(volume),
    acml_tr_pbmn: String(volume),
    ...more,
  });
  const offHours = { stck_oprc: "0", stck_hgpr: "0", stck_lwpr: "0", stck_clpr: "1460" };
  const earlier = row("153000", 4, 400, { stck_bsop_date: "20261118" });

  test.each([
    ["was without a trade", [daily("20261120", 9), daily("20261119", 0), daily("20261118", 9)], "quiet"],
    ["traded off hours alone (056730)", [daily("20261119", 60_795, offHours)], "quiet"],
    ["lies after a delisting", [daily("20261118", 9), daily("20261117", 9)], "quiet", "0"],
    ["may lie after the last session, on a holiday", [daily("20261118", 9), daily("20261117", 9)], "unsaid"],
    ["lies before a listing", [daily("20261120", 9)], "quiet"],
    ["traded", [daily("20261119", 9)], "missing"],
    ["is not among its neighbours", [daily("20261120", 9), daily("20261118", 9)], "missing"],
  ] as const)(
    "no minute rows of a day that by its daily rows %s",
    async (_, rows, verdict, price: string = "100") => {
      for (const own of [[], [earlier]]) {
        const { client, calls } = answering((trId) =>
          trId === "FHKST03010100"
            ? { output1: {}, output2: rows }
            : { output1: { stck_prpr: price }, output2: own },
        );
        const answer = client.minuteBars({ symbol: "005930", tradingDay: "2026-11-19" });
        if (verdict === "unsaid") {
          const { through, ...rest } = await answer;
          expect(rest).toMatchObject({ bars: [], holes: [], complete: false });
          expect(through).toBeLessThan(krx.minutes("2026-11-19")[0]!);
        } else if (verdict === "quiet") {
          expect(await answer).toMatchObject({ bars: [], holes: [], complete: true, calls: 2 });
          expect(calls).toEqual(["FHKST03010230", "FHKST03010100"]);
        } else {
          await expect(answer).rejects.toBeInstanceOf(IncompleteDataError);
          await expect(answer).rejects.toMatchObject({ retryable: true });
          await expect(answer).rejects.toThrow(/one year/);
        }
      }
    },
  );

  test.each([
    ["a symbol delisted years ago (117930)", [daily("20170630", 9), daily("20161229", 9)], "quiet"],
    ["a symbol that KIS has never had", [], "unknown"],
  ] as const)("no rows and no price, not even daily: %s", async (_, years, verdict) => {
    const { client } = answering((_trId, _hour, period) => ({
      output1: { stck_prpr: "0" },
      output2: period === "Y" ? years : [],
    }));
    const answer = client.minuteBars({ symbol: "117930", tradingDay: "2026-11-19" });
    // Its years are asked for at once: they tell of every day.
    if (verdict === "quiet") expect(await answer).toMatchObject({ bars: [], complete: true, calls: 2 });
    else await expect(answer).rejects.toMatchObject({ name: "KisApiError" });
  });

  test("no rows today, though the totals speak of a million shares: incomplete, not untraded", async () => {
    const head = { stck_prpr: "100", acml_vol: "1234567", acml_tr_pbmn: "92000000000" };
    for (const rows of [[], [daily("20261120", 1_234_567)]]) {
      const { client } = answering((trId) =>
        trId === "FHKST03010100" ? { output1: head, output2: rows } : { output1: head, output2: [] },
      );
      await expect(client.minuteBars({ symbol: "005930" })).rejects.toBeInstanceOf(IncompleteDataError);
    }
    const { client } = answering(() => ({
      output1: { ...head, acml_vol: "0", acml_tr_pbmn: "0" },
      output2: [],
    }));
    expect(await client.minuteBars({ symbol: "005930" })).toMatchObject({ bars: [], complete: true });
  });

  // The daily row of the day itself tells a quiet session from none; no row at all is of a delisted symbol where no
  // price is left.
  const IDLE = { stck_bsop_date: "20261120", stck_clpr: "100", acml_vol: "0", acml_tr_pbmn: "0" };
  test.each([
    ["a holiday that the calendar does not know", "100", [], false],
    ["a session without a trade", "100", [{ ...IDLE, stck_oprc: "0", stck_hgpr: "0", stck_lwpr: "0" }], true],
    ["a day after the delisting", "0", [], true],
  ])("on %s, the totals of the last session prove nothing", async (_, price, daily, complete) => {
    const head = { stck_prpr: price, acml_vol: "1234567", acml_tr_pbmn: "92000000000" };
    const { client } = answering((trId) =>
      trId === "FHKST03010100"
        ? { output1: head, output2: daily }
        : { output1: head, output2: [row("153000", 4, 400, { stck_bsop_date: "20261119" })] },
    );
    const answer = await client.minuteBars({ symbol: "005930" });
    expect(answer).toMatchObject({ bars: [], holes: [], complete });
    expect(answer.through).toBe(
      complete ? kstInstant("2026-11-20", "15:30") : kstInstant("2026-11-20", "08:59"),
    );
  });

  test("rows that add up to more than today's volume are of another day: refused", async () => {
    const rows = [row("090100", 60, 12_000), row("090000", 60, 6000)];
    const quote = { stck_prpr: "100", acml_vol: "119", acml_tr_pbmn: "11900" };
    const { client } = answering(() => ({ output1: quote, output2: rows }));
    await expect(client.minuteBars({ symbol: "005930" })).rejects.toBeInstanceOf(KisSchemaError);
    const exact = answering(() => ({ output1: { ...quote, acml_vol: "120" }, output2: rows }));
    expect(await exact.client.minuteBars({ symbol: "005930" })).toMatchObject({ complete: true });
  });

  test("pages without end are cut off with an error, not short", async () => {
    const { client, calls } = answering((_, asked) => ({
      output1: { stck_prpr: "100" },
      output2: [row(asked, 1, 900)],
    }));
    await expect(client.minuteBars({ symbol: "005930" })).rejects.toBeInstanceOf(IncompleteDataError);
    expect(calls.length).toBeLessThan(10);
  });

  test("a date header behind our clock holds back what it has not left", async () => {
    const clock = createManualClock(kstInstant(day, "10:36:30"));
    const rows = minutes
      .filter((minute) => minute <= at("10:36"))
      .map((minute, index) => row(kstTime(minute), 1, (index + 1) * 100))
      .reverse();
    const fetch: typeof globalThis.fetch = async (input) =>
      Response.json(
        new Request(input).url.includes("tokenP")
          ? { access_token: "t".repeat(30), expires_in: 86400 }
          : { rt_cd: "0", output1: { stck_prpr: "100" }, output2: rows },
        { headers: { date: new Date(at("10:35:05")).toUTCString() } },
      );
    const answer = await clientOf({ fetch, clock }, { clock }).minuteBars({ symbol: "005930" });
    expect(kstTime(answer.through)).toBe("103300");
    expect(answer.bars.at(-1)!.time).toBe(answer.through);
  });
});

const recordings = process.env["HANTOO_RECORDINGS"];
test.runIf(recordings !== undefined)("the recorded two days of 2025-09 come out exactly", async () => {
  const file = join(
    recordings!,
    "kis/01-dailychartprice-FHKST03010230-005930-20250916-1036KST-RECORDED.json",
  );
  const { output1, output2 } = (
    JSON.parse(readFileSync(file, "utf8")) as { payload: { output1: object; output2: WireRow[] } }
  ).payload;
  const newestFirst = [...output2].sort((a, b) =>
    a.stck_bsop_date + a.stck_cntg_hour < b.stck_bsop_date + b.stck_cntg_hour ? 1 : -1,
  );
  const clock = createManualClock(kstInstant("2025-09-16", "10:36:30"));
  const fetch: typeof globalThis.fetch = async (input) => {
    const query = new URL(new Request(input).url).searchParams;
    if (!query.has("FID_INPUT_DATE_1"))
      return Response.json({ access_token: "t".repeat(30), expires_in: 86400 });
    const from = `${query.get("FID_INPUT_DATE_1")}${query.get("FID_INPUT_HOUR_1")}`;
    const rows = newestFirst.filter((one) => one.stck_bsop_date + one.stck_cntg_hour <= from).slice(0, 120);
    const dated = { headers: { date: new Date(clock.now()).toUTCString() } };
    return Response.json({ rt_cd: "0", output1, output2: rows }, dated);
  };
  const client = clientOf({ fetch, clock }, { clock });
  const today = await client.minuteBars({ symbol: "005930" });
  const of = (date: string) => newestFirst.filter((one) => one.stck_bsop_date === date).reverse();
  // The forming bar of 10:36 is the only row left out.
  expect(today.bars.map(({ time }) => kstTime(time))).toEqual(
    of("20250916")
      .slice(0, -1)
      .map((one) => one.stck_cntg_hour),
  );
  expect(today).toMatchObject({ complete: false, calls: 1, previousClose: 76_500 });
  expect(kstTime(today.through)).toBe("103500");
  const wire = of("20250916").slice(0, -1);
  expect(today.bars.at(-1)!.accVolume).toBe(wire.reduce((sum, one) => sum + Number(one.cntg_vol), 0));
  today.bars.forEach((bar, index) => {
    expect(kstDay(bar.time)).toBe("2025-09-16");
    const total =
      Number(wire[index]!.acml_tr_pbmn) - (index === 0 ? 0 : Number(wire[index - 1]!.acml_tr_pbmn));
    expect(bar.turnover).toBe(total);
    expect(bar.turnover! / bar.volume).toBeGreaterThanOrEqual(bar.low);
    expect(bar.turnover! / bar.volume).toBeLessThanOrEqual(bar.high);
  });
});

import { describe, expect, test } from "vitest";
import { createCalendar } from "hantoo/calendar";
import { type Asker, type Row, at, createAsker } from "./ask-kis.js";

const DAY = "2026-11-20";

async function rowOf(kis: Asker, symbol: string, day: string, raw = "1"): Promise<Row | undefined> {
  return (await chart(kis, symbol, day, day, raw)).output2[0];
}
const chart = async (kis: Asker, symbol: string, from: string, to: string, raw = "1") =>
  (
    await kis.get("FHKST03010100", {
      FID_COND_MRKT_DIV_CODE: "J",
      FID_INPUT_ISCD: symbol,
      FID_INPUT_DATE_1: from.replaceAll("-", ""),
      FID_INPUT_DATE_2: to.replaceAll("-", ""),
      FID_PERIOD_DIV_CODE: "D",
      FID_ORG_ADJ_PRC: raw,
    })
  ).body;
const prices = (row: Row | undefined): number[] =>
  ["stck_oprc", "stck_hgpr", "stck_lwpr", "stck_clpr", "acml_vol"].map((name) => Number(row?.[name]));

describe("the life of a daily row", () => {
  test("shell, session, evening, and right the night before the next session", async () => {
    const kis = createAsker({ now: at("04:59", DAY) });
    const { market } = kis.sim;
    const before = market.previousClose("005930", DAY);
    const right = market.dailyBar("005930", DAY)!;
    const all = kis.sim.truth("005930", DAY, { hours: "all" });
    const seen = async (time: string, day = DAY): Promise<number[]> => {
      kis.sim.clock.set(at(time, day));
      return prices(await rowOf(kis, "005930", DAY));
    };
    expect(await rowOf(kis, "005930", DAY)).toBeUndefined();
    expect(await seen("05:00")).toEqual([before, before, before, before, 0]);
    const early = await seen("09:30");
    expect(early[4]).toBeGreaterThan(0);
    const afternoon = await seen("15:45");
    expect(afternoon.slice(0, 4)).toEqual([right.open, right.high, right.low, right.close]);
    expect(afternoon[4]).toBeLessThan(right.volume);
    const evening = [
      right.open,
      Math.max(...all.map(({ high }) => high)),
      Math.min(...all.map(({ low }) => low)),
      all.at(-1)!.close,
      right.volume,
    ];
    expect(evening[3]).not.toBe(right.close);
    expect(await seen("20:30")).toEqual(evening);
    // Friday's row is stale all weekend.
    const monday = createAsker({ now: at("05:29", "2026-11-23") });
    expect(prices(await rowOf(monday, "005930", DAY))).toEqual(evening);
    monday.sim.clock.set(at("05:30", "2026-11-23"));
    expect(prices(await rowOf(monday, "005930", DAY))).toEqual([
      right.open,
      right.high,
      right.low,
      right.close,
      right.volume,
    ]);
  });

  test("a holiday puts the batch off, and before 2026-09-14 the evening changed volumes alone", async () => {
    const calendar = createCalendar({
      closures: [{ day: "2026-11-23", nameKo: "임시공휴일", nameEn: "temporary", kind: "temporary" }],
    });
    const kis = createAsker({ now: at("21:00", "2026-11-23"), calendar });
    const right = kis.sim.market.dailyBar("005930", DAY)!;
    expect(prices(await rowOf(kis, "005930", DAY))[3]).not.toBe(right.close);
    const old = createAsker({ now: at("21:00", "2026-09-11") });
    const bar = old.sim.market.dailyBar("005930", "2026-09-11")!;
    expect(prices(await rowOf(old, "005930", "2026-09-11"))).toEqual([
      bar.open,
      bar.high,
      bar.low,
      bar.close,
      bar.volume,
    ]);
  });

  test("a halted day, flat or with zeros, once it is over", async () => {
    const kis = createAsker({ now: at("11:00", DAY) });
    const close = kis.sim.market.close("001080", DAY);
    expect(prices(await rowOf(kis, "001080", DAY))).toEqual([close, close, close, close, 0]);
    kis.sim.clock.set(at("16:00", DAY));
    const row = await rowOf(kis, "001080", DAY);
    expect(prices(row)).toEqual([0, 0, 0, close, 0]);
    expect(row!["mod_yn"]).toBe("Y");
    const flat = createAsker({ now: at("16:00", DAY), quirks: { idleDailyRow: "flat" } });
    expect(prices(await rowOf(flat, "001080", DAY))).toEqual([close, close, close, close, 0]);
  });
});

describe("days and symbols that are odd", () => {
  test("trades off hours alone: a volume and a close, no minute, no open", async () => {
    const kis = createAsker({ now: at("20:30"), instruments: { "056730": { offHoursDays: [DAY] } } });
    const row = await rowOf(kis, "056730", DAY);
    const [open, high, low, close, volume] = prices(row);
    expect([open, high, low]).toEqual([0, 0, 0]);
    expect(volume).toBeGreaterThan(0);
    expect(Number(row!["acml_tr_pbmn"])).toBe(close! * volume!);
    expect(kis.sim.truth("056730", DAY, { hours: "all" })).toEqual([]);
    expect((await kis.past("056730", DAY, "153000")).output2[0]!["stck_bsop_date"]).toBe("20261119");
    expect(kis.sim.market.dailyBar("056730", DAY)).toMatchObject({ volume, turnover: close! * volume! });
  });

  test("halted at Nextrade alone: an answer whose rows are all of another day", async () => {
    const halts = [{ from: "2026-11-18", to: DAY, venue: "NXT" }] as const;
    const kis = createAsker({ now: at("20:30"), instruments: { "000660": { halts } } });
    expect((await kis.past("000660", DAY, "153000", "NX")).output2[0]!["stck_bsop_date"]).toBe("20261117");
    expect((await kis.past("000660", DAY, "153000")).output2[0]!["stck_bsop_date"]).toBe("20261120");
    const all = createAsker({
      now: at("20:30"),
      instruments: { "000660": { halts: [{ from: "2026-11-18", to: "2026-11-19" }] } },
    });
    expect(all.sim.truth("000660", "2026-11-19")).toEqual([]);
    expect(all.sim.truth("000660", DAY).length).toBeGreaterThan(300);
    expect(all.sim.market.previousClose("000660", DAY)).toBe(all.sim.market.close("000660", "2026-11-17"));
  });

  test("a delisted symbol: its candles while it lived, and zeros that lack names", async () => {
    const kis = createAsker({
      now: at("20:30"),
      instruments: { "117930": { listedOn: "2026-01-05", delistedOn: "2026-06-10" } },
    });
    const lived = await chart(kis, "117930", "2026-06-01", "2026-11-20");
    expect(lived.output2[0]!["stck_bsop_date"]).toBe("20260609");
    expect(new Set(Object.values(lived.output1))).toEqual(new Set(["0"]));
    for (const name of ["prdy_vrss_sign", "hts_kor_isnm", "stck_shrn_iscd"])
      expect(lived.output1).not.toHaveProperty(name);
    expect(lived.output1).toHaveProperty(["itewhol_loan_rmnd_ratem name"]);
    for (const [from, to] of [
      ["2026-07-01", "2026-11-20"],
      ["2025-01-01", "2025-12-31"],
    ] as const)
      expect(await chart(kis, "117930", from, to)).toMatchObject({ rt_cd: "0", output2: [] });
    const price = { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "117930" };
    expect((await kis.get("FHKST01010100", price)).body.output["stck_prpr"]).toBe("0");
  });
});

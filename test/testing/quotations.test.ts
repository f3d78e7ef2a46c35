import { describe, expect, test } from "vitest";
import { krx } from "hantoo/calendar";
import { compactDay, kstTime } from "../../src/core/index.js";
import { type Row, at, createAsker } from "./ask-kis.js";

const daily = async (
  kis: ReturnType<typeof createAsker>,
  symbol: string,
  from: string,
  to: string,
  period = "D",
): Promise<Awaited<ReturnType<typeof kis.get>>["body"]> =>
  (
    await kis.get("FHKST03010100", {
      FID_COND_MRKT_DIV_CODE: "J",
      FID_INPUT_ISCD: symbol,
      FID_INPUT_DATE_1: compactDay(from),
      FID_INPUT_DATE_2: compactDay(to),
      FID_PERIOD_DIV_CODE: period,
      FID_ORG_ADJ_PRC: "1",
    })
  ).body;
const quoteQuery = (symbol: string): Row => ({ FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: symbol });

describe("FHKST03010100", () => {
  test.each(["D", "W", "M", "Y"])("begins with the calendar's first trading day: %s", async (period) => {
    const kis = createAsker({ now: at("21:00", "2000-02-10"), symbols: ["000100"] });
    const { output2 } = await daily(kis, "000100", "2000-01-01", "2000-02-10", period);
    const days = krx.tradingDays("2000-01-01", "2000-02-10");
    expect(output2.length).toBe({ D: days.length, W: 6, M: 2, Y: 1 }[period]);
    if (period === "D") expect(output2.at(-1)!["stck_bsop_date"]).toBe("20000104");
  });

  test("is the minutes of each day, newest first, at most 100", async () => {
    const kis = createAsker({ now: at("06:00", "2026-11-23") });
    const { output2 } = await daily(kis, "005930", "2026-01-02", "2026-11-20");
    expect(output2.length).toBe(100);
    const days = krx.tradingDays("2026-01-02", "2026-11-20").slice(-100).toReversed();
    expect(output2.map((row) => row["stck_bsop_date"])).toEqual(days.map(compactDay));
    for (const [index, day] of days.slice(0, 20).entries()) {
      const row = output2[index]!;
      const bar = kis.sim.market.dailyBar("005930", day)!;
      expect([
        row["stck_oprc"],
        row["stck_hgpr"],
        row["stck_lwpr"],
        row["stck_clpr"],
        row["acml_vol"],
        row["acml_tr_pbmn"],
      ]).toEqual([bar.open, bar.high, bar.low, bar.close, bar.volume, bar.turnover].map(String));
      expect(Number(row["stck_clpr"]) - Number(row["prdy_vrss"])).toBe(
        kis.sim.market.previousClose("005930", day),
      );
    }
  });

  test("shows the after-market's close in the evening and the regular one next morning, ETF aside", async () => {
    const kis = createAsker({ now: at("20:10", "2026-09-14") });
    const close = async (symbol: string): Promise<number> =>
      Number((await daily(kis, symbol, "2026-09-14", "2026-09-14")).output2[0]!["stck_clpr"]);
    const evening = kis.sim.truth("005930", "2026-09-14", { hours: "all" }).at(-1)!.close;
    const regular = kis.sim.truth("005930", "2026-09-14").at(-1)!.close;
    expect(evening).not.toBe(regular);
    expect(await close("005930")).toBe(evening);
    expect(await close("069500")).toBe(kis.sim.truth("069500", "2026-09-14").at(-1)!.close);
    kis.sim.clock.set(at("07:13", "2026-09-15"));
    expect(await close("005930")).toBe(regular);
  });

  test("moves in session and has no row for a day before its shell", async () => {
    const kis = createAsker({ now: at("11:00") });
    const { output2, output1 } = await daily(kis, "005930", "2026-11-18", "2026-11-20");
    expect(output2[0]!["acml_vol"]).toBe(output1["acml_vol"]);
    kis.sim.clock.set(at("04:59"));
    expect((await daily(kis, "005930", "2026-11-18", "2026-11-20")).output2[0]!["stck_bsop_date"]).toBe(
      "20261119",
    );
  });

  test("marks a day without trades, and joins days to weeks, months and years", async () => {
    const kis = createAsker({ now: at("21:00", "2026-11-21") });
    const idle = await daily(kis, "001080", "2026-11-16", "2026-11-20");
    expect(idle.output2.every((row) => row["mod_yn"] === "Y" && row["acml_vol"] === "0")).toBe(true);
    const weeks = await daily(kis, "005930", "2026-10-05", "2026-11-20", "W");
    expect(weeks.output2.map((row) => row["stck_bsop_date"])).toContain("20261008");
    const months = await daily(kis, "005930", "2026-10-01", "2026-11-20", "M");
    const days = await daily(kis, "005930", "2026-10-01", "2026-10-31");
    const sum = days.output2.reduce((all, row) => all + Number(row["acml_vol"]), 0);
    expect(months.output2.map((row) => row["stck_bsop_date"])).toEqual(["20261120", "20261030"]);
    expect(Number(months.output2[1]!["acml_vol"])).toBe(sum);
    expect(months.output2[1]!["stck_clpr"]).toBe(days.output2[0]!["stck_clpr"]);
    expect((await daily(kis, "005930", "2026-01-01", "2026-11-20", "Y")).output2.length).toBe(1);
  });
});

describe("quotes", () => {
  test("stand at 0 before the open and follow the last trade", async () => {
    const kis = createAsker({ now: at("08:59:59") });
    const ask = async (): Promise<Row> => (await kis.get("FHKST01010100", quoteQuery("005930"))).body.output;
    const before = await ask();
    expect([before["acml_vol"], before["stck_oprc"], before["prdy_vrss"]]).toEqual(["0", "0", "0"]);
    expect(before["stck_prpr"]).toBe(String(kis.sim.market.previousClose("005930", "2026-11-20")));
    kis.sim.clock.set(at("20:30"));
    const after = await ask();
    const last = kis.sim.truth("005930", "2026-11-20", { hours: "all" }).at(-1)!;
    expect(after["stck_prpr"]).toBe(String(last.close));
    expect(Number(after["prdy_vrss"])).toBe(last.close - Number(after["stck_sdpr"]));
    expect(Number(after["stck_mxpr"])).toBeLessThanOrEqual(Number(after["stck_sdpr"]) * 1.3);
    expect(Object.keys(after).length).toBeGreaterThan(60);
  });

  test("of 30 symbols come in one call, on live alone", async () => {
    const kis = createAsker({ now: at("12:00") });
    const query: Row = {};
    for (const [index, symbol] of [...kis.sim.market.symbols, "999990"].slice(-30).entries()) {
      query[`FID_COND_MRKT_DIV_CODE_${index + 1}`] = "J";
      query[`FID_INPUT_ISCD_${index + 1}`] = symbol;
    }
    const { body } = await kis.get("FHKST11300006", query);
    expect(body.output.length).toBe(30);
    expect(body.output.at(-1)!["inter2_prpr"]).toBe("0");
    const one = (await kis.get("FHKST01010100", quoteQuery(body.output[0]!["inter_shrn_iscd"]!))).body.output;
    expect(body.output[0]!["inter2_prpr"]).toBe(one["stck_prpr"]);
    expect(body.output[0]!["acml_vol"]).toBe(one["acml_vol"]);
    const paper = createAsker({ now: at("12:00"), environment: "paper" });
    expect((await paper.get("FHKST11300006", query)).body.msg_cd).toBe("EGW02006");
  });

  test("trades end at now, newest first, and add up", async () => {
    const kis = createAsker({ now: at("10:00:30") });
    const { body } = await kis.get("FHKST01010300", quoteQuery("005930"));
    expect(body.output.length).toBe(30);
    const times = body.output.map((row) => row["stck_cntg_hour"]!);
    expect(times).toEqual(times.toSorted().toReversed());
    expect(times[0]! <= "100030").toBe(true);
    const tape = await kis.get("FHPST01060000", { ...quoteQuery("005930"), FID_INPUT_HOUR_1: "095959" });
    const rows = tape.body.output2;
    expect(rows[0]!["stck_cntg_hour"]! <= "095959").toBe(true);
    for (const [index, row] of rows.slice(0, -1).entries()) {
      expect(Number(row["acml_vol"]) - Number(row["cnqn"])).toBe(Number(rows[index + 1]!["acml_vol"]));
    }
  });

  test("trades of a minute are its bar", async () => {
    const kis = createAsker({ now: at("10:00:00") });
    const { body } = await kis.get("FHPST01060000", { ...quoteQuery("005930"), FID_INPUT_HOUR_1: "095959" });
    const minute = body.output2.filter((row) => row["stck_cntg_hour"]!.startsWith("0959")).toReversed();
    const bar = kis.sim.truth("005930", "2026-11-20").find(({ time }) => kstTime(time) === "095900")!;
    expect(minute.reduce((sum, row) => sum + Number(row["cnqn"]), 0)).toBe(bar.volume);
    expect([minute[0]!["stck_pbpr"], minute.at(-1)!["stck_pbpr"]]).toEqual([
      String(bar.open),
      String(bar.close),
    ]);
  });

  test("search-stock-info tells what Nextrade trades", async () => {
    const kis = createAsker({ now: at("12:00") });
    const info = async (symbol: string): Promise<Row> =>
      (await kis.get("CTPF1002R", { PRDT_TYPE_CD: "300", PDNO: symbol })).body.output;
    expect((await info("005930"))["cptt_trad_tr_psbl_yn"]).toBe("Y");
    expect((await info("000020"))["cptt_trad_tr_psbl_yn"]).toBe("N");
    expect((await info("001080"))["tr_stop_yn"]).toBe("Y");
  });
});

describe("chk-holiday", () => {
  const pages = async (
    kis: ReturnType<typeof createAsker>,
    from: string,
  ): Promise<Awaited<ReturnType<typeof kis.get>>[]> => {
    const all: Awaited<ReturnType<typeof kis.get>>[] = [];
    let query: Row = { BASS_DT: compactDay(from), CTX_AREA_NK: "", CTX_AREA_FK: "" };
    for (;;) {
      const page = await kis.get("CTCA0903R", query, all.length === 0 ? {} : { tr_cont: "N" });
      all.push(page);
      if (page.trCont !== "M" && page.trCont !== "F") return all;
      query = { ...query, CTX_AREA_NK: page.body.ctx_area_nk, CTX_AREA_FK: page.body.ctx_area_fk };
    }
  };

  test("pages on padded keys until the header says it is done", async () => {
    const all = await pages(createAsker({ now: at("12:00"), quirks: { holidayDays: 96 } }), "2026-09-10");
    expect(all.length).toBe(4);
    expect(all[0]!.body.ctx_area_nk).toBe("20261003            ");
    expect(all.map((page) => page.body.msg_cd)).toEqual(["KIOK0500", "KIOK0500", "KIOK0500", "KIOK0530"]);
    const rows = all.flatMap((page) => page.body.output);
    expect(rows.length).toBe(96);
    expect(rows.every((row) => row["tr_day_yn"] === "Y")).toBe(true);
    for (const row of rows) {
      const day = row["bass_dt"]!.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
      expect(row["opnd_yn"] === "Y", day).toBe(krx.isTradingDay(day));
    }
    expect(rows[0]!["wday_dvsn_cd"]).toBe("05");
  });

  test("lists days twice where so chosen, and begins anew without tr_cont", async () => {
    const kis = createAsker({ now: at("12:00"), quirks: { duplicateHolidays: true, holidayDays: 96 } });
    const days = (await pages(kis, "2026-09-10")).flatMap((page) =>
      page.body.output.map((row) => row["bass_dt"]),
    );
    expect(days.length).toBeGreaterThan(new Set(days).size);
    const query = {
      BASS_DT: "20260910",
      CTX_AREA_NK: "20261003            ",
      CTX_AREA_FK: "20260910            ",
    };
    expect((await kis.get("CTCA0903R", query)).body.output[0]!["bass_dt"]).toBe("20260910");
  });

  test.each([
    ["00000101", "00000124", "KIOK0500"],
    ["99991230", "99991231", "KIOK0530"],
    ["99991231", "99991231", "KIOK0530"],
  ])("goes from %s as far as days can be written", async (first, last, code) => {
    const kis = createAsker({ now: at("12:00") });
    const query = { BASS_DT: first, CTX_AREA_NK: "", CTX_AREA_FK: "" };
    const { body } = await kis.get("CTCA0903R", query);
    expect([body.output[0]!["bass_dt"], body.output.at(-1)!["bass_dt"]]).toEqual([first, last]);
    expect(body.msg_cd).toBe(code);
    const next = { ...query, CTX_AREA_NK: last, CTX_AREA_FK: first };
    expect((await kis.get("CTCA0903R", next, { tr_cont: "N" })).status).toBe(200);
  });

  test("is refused on paper", async () => {
    const kis = createAsker({ now: at("12:00"), environment: "paper" });
    const { status, body } = await kis.get("CTCA0903R", {
      BASS_DT: "20260910",
      CTX_AREA_NK: "",
      CTX_AREA_FK: "",
    });
    expect([status, body.msg_cd]).toEqual([500, "EGW02006"]);
  });
});

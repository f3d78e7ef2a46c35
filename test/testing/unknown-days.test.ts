import { describe, expect, test } from "vitest";
import { createCalendar, krx } from "hantoo/calendar";
import { type Answer, type Asker, type Row, at, createAsker, labels } from "./ask-kis.js";

const DAY = "2026-11-20";
const holiday = createCalendar({
  closures: [{ day: DAY, nameKo: "임시공휴일", nameEn: "temporary holiday", kind: "temporary" }],
});
const dates = (rows: readonly Row[]): string[] => [...new Set(rows.map((row) => row["stck_bsop_date"]!))];
const index = (kis: Asker, code: string, from: string, to: string, period = "D"): Promise<Answer> =>
  kis.get("FHKUP03500100", {
    FID_COND_MRKT_DIV_CODE: "U",
    FID_INPUT_ISCD: code,
    FID_INPUT_DATE_1: from,
    FID_INPUT_DATE_2: to,
    FID_PERIOD_DIV_CODE: period,
  });
const holidays = (kis: Asker, from: string, page?: Answer["body"]): Promise<Answer> =>
  kis.get(
    "CTCA0903R",
    { BASS_DT: from, CTX_AREA_NK: page?.ctx_area_nk ?? "", CTX_AREA_FK: page?.ctx_area_fk ?? "" },
    { tr_cont: page === undefined ? "" : "N" },
  );

describe("a temporary holiday that a client's calendar does not know", () => {
  test("has no row anywhere: minutes and totals are the last session's", async () => {
    expect(krx.isTradingDay(DAY)).toBe(true);
    const kis = createAsker({ now: at("18:00"), calendar: holiday });
    const past = await kis.past("005930", DAY, "153000");
    expect(dates(past.output2)).toEqual(["20261119"]);
    expect(Number(past.output1["acml_vol"])).toBeGreaterThan(0);
    expect(dates((await kis.today("005930", "153000")).output2)).toEqual(["20261119"]);
    expect(kis.sim.truth("005930", DAY)).toEqual([]);
    expect((await holidays(kis, "20261120")).body.output[0]).toMatchObject({
      bass_dt: "20261120",
      opnd_yn: "N",
    });
    expect(dates((await index(kis, "0001", "20261119", "20261120")).body.output2)).toEqual(["20261119"]);
  });

  test("hours it does not know: rows begin and end at others' times", async () => {
    const calendar = createCalendar({
      sessions: [{ day: DAY, open: "10:00", close: "16:30", reason: "exam" }],
    });
    const kis = createAsker({ now: at("18:30"), calendar });
    const [first] = (await kis.past("005930", DAY, "163000")).output2;
    expect(first).toMatchObject({ stck_bsop_date: "20261120", stck_cntg_hour: "163000" });
    const rows = (await kis.past("005930", DAY, "100500")).output2;
    expect(labels(rows.filter((row) => row["stck_bsop_date"] === "20261120")).at(-1)).toBe("100000");
  });
});

describe("the after-market's close print", () => {
  test("is the exchange's bar at 200000, at one price, and in no list of trades", async () => {
    const kis = createAsker({ now: at("20:30") });
    const [last] = (await kis.past("005930", DAY, "200000")).output2;
    expect(last).toMatchObject({ stck_bsop_date: "20261120", stck_cntg_hour: "200000" });
    expect(
      new Set([last!["stck_oprc"], last!["stck_hgpr"], last!["stck_lwpr"], last!["stck_prpr"]]).size,
    ).toBe(1);
    const [trade] = (
      await kis.get("FHKST01010300", { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "005930" })
    ).body.output;
    expect(trade!["stck_cntg_hour"]! < "200000").toBe(true);
    expect((await kis.past("005930", DAY, "200000", "NX")).output2[0]!["stck_cntg_hour"]! <= "195900").toBe(
      true,
    );
    expect((await kis.past("069500", DAY, "200000")).output2[0]!["stck_cntg_hour"]).toBe("153000");
    expect((await kis.past("005930", "2026-09-11", "200000")).output2[0]!["stck_cntg_hour"]! < "190000").toBe(
      true,
    );
  });
});

describe("venues", () => {
  test("a symbol that Nextrade does not trade has no rows at NX, nor at UN unless so chosen", async () => {
    const kis = createAsker({ now: at("18:00") });
    for (const venue of ["NX", "UN"]) {
      expect(await kis.past("000020", DAY, "153000", venue)).toMatchObject({ rt_cd: "0", output2: [] });
      expect((await kis.past("005930", DAY, "153000", venue)).output2).toHaveLength(120);
    }
    expect((await kis.past("000020", DAY, "153000", "UN")).output1["stck_prpr"]).not.toBe("0");
    const lenient = createAsker({ now: at("18:00"), quirks: { unifiedNeedsNextrade: false } });
    expect((await lenient.past("000020", DAY, "153000", "UN")).output2).toHaveLength(120);
  });

  test("0200 at UN before the first minute has rows without data", async () => {
    const kis = createAsker({ now: at("10:00:30") });
    const rows = (await kis.today("035720", "080000", "UN")).output2;
    expect(rows).toHaveLength(30);
    for (const row of rows)
      expect(row).toMatchObject({
        cntg_vol: "-9223372036854775808",
        stck_oprc: "0",
        stck_hgpr: "0",
        stck_lwpr: "0",
      });
    const plain = createAsker({ now: at("10:00:30"), quirks: { voidRows: false } });
    expect((await plain.today("035720", "080000", "UN")).output2[0]!["cntg_vol"]).not.toMatch(/^-/);
  });
});

describe("chk-holiday", () => {
  test("without end: page after page says that there is more, past what any calendar knows", async () => {
    const kis = createAsker({ now: at("10:00") });
    let page = await holidays(kis, "20260812");
    const seen: string[] = [];
    for (let pages = 0; pages < 60; pages++) {
      expect(page.body.output).toHaveLength(24);
      expect(["F", "M"]).toContain(page.trCont);
      seen.push(...page.body.output.map((row) => row["bass_dt"]!));
      page = await holidays(kis, "20260812", page.body);
    }
    expect(new Set(seen).size).toBe(60 * 24);
    expect(seen.at(-1)! > krx.coveredThrough.replaceAll("-", "")).toBe(true);
  });

  test("a blank settlement day now and then", async () => {
    const kis = createAsker({ now: at("10:00"), quirks: { blankSettlement: true, holidayDays: 96 } });
    const rows = [];
    let page = await holidays(kis, "20261120");
    for (; page.trCont !== "D"; page = await holidays(kis, "20261120", page.body))
      rows.push(...page.body.output);
    const flags = rows.map((row) => row["sttl_day_yn"]);
    expect(new Set(flags)).toEqual(new Set(["Y", "N", ""]));
    for (const row of rows) expect(row["opnd_yn"]).toMatch(/^[YN]$/);
  });
});

describe("index days", () => {
  test("are the market's trading days, 50 a call, in an index's units, on paper as well", async () => {
    const kis = createAsker({ now: at("18:00"), environment: "paper" });
    const { body } = await index(kis, "0001", "20260101", "20261120");
    expect(body.output2).toHaveLength(50);
    const days = krx.tradingDays("2026-01-01", DAY).slice(-50).toReversed();
    expect(body.output2.map((row) => row["stck_bsop_date"])).toEqual(
      days.map((day) => day.replaceAll("-", "")),
    );
    expect(body.output1).toMatchObject({ hts_kor_isnm: "종합", bstp_cls_code: "0001" });
    for (const [place, row] of body.output2.entries()) {
      const [open, high, low, close] = ["oprc", "hgpr", "lwpr", "prpr"].map((name) =>
        Number(row[`bstp_nmix_${name}`]),
      );
      expect(high).toBeGreaterThanOrEqual(Math.max(open!, close!));
      expect(low).toBeLessThanOrEqual(Math.min(open!, close!));
      expect(row["bstp_nmix_prpr"]).toMatch(/^\d+\.\d\d$/);
      // 1,000 shares and million won: a mean price of some thousand won a share.
      const price = (Number(row["acml_tr_pbmn"]) * 1e6) / (Number(row["acml_vol"]) * 1e3);
      expect(price, `row ${place}`).toBeGreaterThan(5000);
      expect(price).toBeLessThan(50_000);
    }
    expect((await index(kis, "1001", "20261118", "20261120")).body.output1["hts_kor_isnm"]).toBe("KOSDAQ");
    expect(await index(kis, "9999", "20261118", "20261120")).toMatchObject({
      body: { rt_cd: "0", output2: [], output1: { hts_kor_isnm: "" } },
    });
  });

  test("today's row moves from the open on; weeks carry their last day", async () => {
    const kis = createAsker({ now: at("08:59:59") });
    const today = async (): Promise<Row | undefined> =>
      (await index(kis, "0001", "20261120", "20261120")).body.output2[0];
    expect(await today()).toBeUndefined();
    kis.sim.clock.set(at("09:00:30"));
    const first = await today();
    kis.sim.clock.set(at("18:00"));
    const last = await today();
    expect(Number(last!["acml_vol"])).toBeGreaterThan(Number(first!["acml_vol"]));
    const weeks = (await index(kis, "0001", "20261102", "20261120", "W")).body.output2;
    expect(weeks.map((row) => row["stck_bsop_date"])).toEqual(["20261120", "20261113", "20261106"]);
  });
});

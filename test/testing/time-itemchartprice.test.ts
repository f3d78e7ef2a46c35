import { describe, expect, test } from "vitest";
import { kstTime } from "../../src/core/index.js";
import { type Row, at, createAsker, labels, volumes } from "./ask-kis.js";

const asking = (time: string, day?: string, options = {}): ReturnType<typeof createAsker> =>
  createAsker({ now: at(time, day), ...options });
const values = (row: Row): Omit<Row, "stck_cntg_hour"> => {
  const { stck_cntg_hour: label, ...rest } = row;
  expect(label).toMatch(/^\d{6}$/);
  return rest;
};

describe("in session FHKST03010200 answers in three layers", () => {
  test("the label asked for, whichever, wears the forming bar", async () => {
    const kis = asking("12:05:30");
    const one = await kis.today("005930", "120500");
    const two = await kis.today("005930", "120600");
    const old = await kis.today("005930", "093000");
    expect(labels(one.output2).slice(0, 2)).toEqual(["120500", "120400"]);
    expect(values(two.output2[0]!)).toEqual(values(one.output2[0]!));
    expect(values(old.output2[0]!)).toEqual(values(one.output2[0]!));
    expect(labels(old.output2).slice(0, 2)).toEqual(["093000", "092900"]);
    const truth = kis.sim.truth("005930", "2026-11-20").find((bar) => kstTime(bar.time) === "120500")!;
    expect(Number(one.output2[0]!["cntg_vol"])).toBeLessThan(truth.volume);
  });

  test("from this minute to the label asked for stand zeros that look like untraded minutes", async () => {
    const kis = asking("12:05:30");
    const { output2, output1 } = await kis.today("005930", "121000");
    expect(labels(output2).slice(0, 7)).toEqual([
      "121000",
      "120900",
      "120800",
      "120700",
      "120600",
      "120500",
      "120400",
    ]);
    expect(volumes(output2).slice(1, 6)).toEqual([0, 0, 0, 0, 0]);
    const { stck_oprc, stck_hgpr, stck_lwpr, stck_prpr } = output2[1]!;
    expect(new Set([stck_oprc, stck_hgpr, stck_lwpr, stck_prpr])).toEqual(new Set([output1["stck_prpr"]]));
    expect(volumes(output2)[6]).toBeGreaterThan(0);
  });

  test("before the minute's first trade the echo repeats the last bar, volume included", async () => {
    const kis = asking("12:00:00.001");
    const bars = kis.sim.truth("28513K", "2026-11-20");
    const last = bars.findLast((bar) => bar.time + 66_000 < at("14:00"))!;
    kis.sim.clock.set(last.time + 66_000);
    const label = kstTime(kis.sim.clock.now()).slice(0, 4);
    const { output2 } = await kis.today("28513K", `${label}00`);
    if (bars.some((bar) => kstTime(bar.time).startsWith(label))) return;
    expect(Number(output2[0]!["cntg_vol"])).toBe(last.volume);
    expect(Number(output2[0]!["stck_prpr"])).toBe(last.close);
  });

  test("a closed minute is final within the booking time, not before", async () => {
    const kis = asking("12:05:00.500");
    const read = async (): Promise<number> =>
      Number((await kis.today("005930", "120600")).output2[2]!["cntg_vol"]);
    const truth = kis.sim.truth("005930", "2026-11-20").find((bar) => kstTime(bar.time) === "120400")!;
    let early = 0;
    for (let minute = 0; minute < 60; minute++) {
      kis.sim.clock.set(at("10:00") + minute * 60_000 + 100);
      const { output2 } = await kis.today("005930", kstTime(at("10:00") + minute * 60_000));
      const bar = kis.sim
        .truth("005930", "2026-11-20")
        .find((found) => kstTime(found.time) === output2[1]!["stck_cntg_hour"])!;
      if (Number(output2[1]!["cntg_vol"]) < bar.volume) early++;
    }
    expect(early).toBeGreaterThan(0);
    kis.sim.clock.set(at("12:05:06"));
    expect(await read()).toBe(truth.volume);
    kis.sim.clock.set(at("14:00"));
    expect(Number((await kis.today("005930", "120500")).output2[1]!["cntg_vol"])).toBe(truth.volume);
  });

  test("30 contiguous rows, 14 calls a day, every minute the truth", async () => {
    const kis = asking("20:30");
    const seen = new Map<string, Row>();
    let hour = "153000";
    let calls = 0;
    for (;;) {
      const { output2 } = await kis.today("0001A0", hour);
      calls++;
      expect(output2.length).toBe(30);
      const day = output2.slice(0, labels(output2).indexOf("090000") + 1 || 30);
      for (const row of day) seen.set(row["stck_cntg_hour"]!, row);
      const oldest = day.at(-1)!["stck_cntg_hour"]!;
      if (oldest === "090000") break;
      hour = kstTime(at(`${oldest.slice(0, 2)}:${oldest.slice(2, 4)}`) - 60_000);
    }
    expect(calls).toBe(14);
    expect(seen.size).toBe(391);
    const truth = new Map(kis.sim.truth("0001A0", "2026-11-20").map((bar) => [kstTime(bar.time), bar]));
    let turnover = 0;
    for (const [label, row] of [...seen].toReversed()) {
      const bar = truth.get(label);
      turnover += bar?.turnover ?? 0;
      expect(Number(row["cntg_vol"]), label).toBe(bar?.volume ?? 0);
      expect(Number(row["acml_tr_pbmn"]), label).toBe(turnover);
      if (bar === undefined) expect(row["stck_oprc"]).toBe(row["stck_prpr"]);
      else expect(Number(row["stck_hgpr"])).toBe(bar.high);
    }
  });
});

describe("around the closing auction", () => {
  const close = async (time: string, hour = "153000"): Promise<Row> => {
    const { output2 } = await asking(time).today("005930", hour);
    return output2.find((row) => row["stck_cntg_hour"] === hour)!;
  };
  const auction = createAsker({}).sim.truth("005930", "2026-11-20").at(-1)!;

  test("15:20 to 15:29 the echo repeats 15:19, and the rows between are flat", async () => {
    const bars = createAsker({}).sim.truth("005930", "2026-11-20");
    const row = await close("15:25:30", "152500");
    expect(Number(row["cntg_vol"])).toBe(bars.at(-2)!.volume);
    const { output2 } = await asking("15:25:30").today("005930", "152500");
    expect(volumes(output2).slice(1, 6)).toEqual([0, 0, 0, 0, 0]);
    expect(labels(output2)[6]).toBe("151900");
    expect(volumes(output2)[6]).toBe(bars.at(-2)!.volume);
  });

  test("the 15:30 row shows within half a minute, is reset a minute later, and settles for good", async () => {
    expect(Number((await close("15:30:40"))["cntg_vol"])).toBe(auction.volume);
    expect(Number((await close("15:31:00"))["cntg_vol"])).toBe(0);
    expect(Number((await close("15:37:00"))["cntg_vol"])).toBe(0);
    expect(Number((await close("16:00:00"))["cntg_vol"])).toBe(auction.volume);
    const late = asking("15:31:00", "2026-11-20", { quirks: { auctionSettleMs: 60_000 } });
    expect(Number((await late.today("005930", "153000")).output2[0]!["cntg_vol"])).toBe(auction.volume);
  });

  test("on the day of the exam it is the 16:30 row", async () => {
    const kis = asking("16:30:45", "2026-11-19");
    const [row] = (await kis.today("005930", "163000")).output2;
    expect(Number(row!["cntg_vol"])).toBe(kis.sim.truth("005930", "2026-11-19").at(-1)!.volume);
    kis.sim.clock.set(at("16:59:59", "2026-11-19"));
    expect(volumes((await kis.today("005930", "163000")).output2)[0]).toBe(0);
  });

  test("from 16:00 stocks go on, and the label of the close keeps its bar", async () => {
    const kis = asking("16:30:30");
    expect(Number((await kis.today("005930", "153000")).output2[0]!["cntg_vol"])).toBe(auction.volume);
    const evening = kis.sim.truth("005930", "2026-11-20", { hours: "all" });
    kis.sim.clock.set(at("19:00:30"));
    const { output2 } = await kis.today("005930", "190000");
    for (const row of output2.slice(1)) {
      const bar = evening.find((found) => kstTime(found.time) === row["stck_cntg_hour"]);
      expect(Number(row["cntg_vol"])).toBe(bar?.volume ?? 0);
    }
    expect(volumes(output2).some((volume) => volume > 0)).toBe(true);
  });
});

describe("off the session", () => {
  test("before the open come the rows of the day before, dated today", async () => {
    const kis = asking("08:30:00");
    const { output1, output2 } = await kis.today("005930", "153000");
    expect(new Set(output2.map((row) => row["stck_bsop_date"]))).toEqual(new Set(["20261120"]));
    const old = new Map(kis.sim.truth("005930", "2026-11-19").map((bar) => [kstTime(bar.time), bar.volume]));
    expect(volumes(output2).some((volume) => volume > 0)).toBe(true);
    for (const row of output2) expect(Number(row["cntg_vol"])).toBe(old.get(row["stck_cntg_hour"]!) ?? 0);
    expect([output1["acml_vol"], output1["prdy_vrss"]]).toEqual(["0", "0"]);
  });

  test("a page that passes the open runs on into the day before, dated today", async () => {
    const { output2 } = await asking("12:00:00").today("005930", "091000");
    expect(labels(output2).slice(0, 13)).toEqual([
      "091000",
      "090900",
      "090800",
      "090700",
      "090600",
      "090500",
      "090400",
      "090300",
      "090200",
      "090100",
      "090000",
      "163000",
      "162900",
    ]);
    expect(new Set(output2.map((row) => row["stck_bsop_date"]))).toEqual(new Set(["20261120"]));
  });

  test("on a closed day come the last session's rows under their own date", async () => {
    const kis = asking("12:00:00", "2026-11-22");
    const { output2 } = await kis.today("005930", "153000");
    expect(output2[0]!["stck_bsop_date"]).toBe("20261120");
    expect(Number(output2[0]!["cntg_vol"])).toBe(kis.sim.truth("005930", "2026-11-20").at(-1)!.volume);
  });

  test("labels echo odd seconds", async () => {
    expect(labels((await asking("12:05:30").today("005930", "120511")).output2).slice(0, 2)).toEqual([
      "120511",
      "120400",
    ]);
    expect(labels((await asking("20:30").today("005930", "120511")).output2).slice(0, 2)).toEqual([
      "120511",
      "120400",
    ]);
  });
});

describe("what is asked for wrongly", () => {
  test("an unknown symbol is no error: price 0 and no rows", async () => {
    const { rt_cd, output1, output2 } = await asking("12:00").today("999990", "120000");
    expect([rt_cd, output1["stck_prpr"], output2]).toEqual(["0", "0", []]);
  });

  test("two joined codes are cut to the first, two separated ones refused", async () => {
    const kis = asking("12:00");
    expect((await kis.today("005930000660", "120000")).output1["hts_kor_isnm"]).toBe("삼성전자");
    expect((await kis.today("005930,000660", "120000")).rt_cd).toBe("2");
  });

  test("a missing key is not a blank one", async () => {
    const kis = asking("12:00");
    const { body } = await kis.get("FHKST03010200", {
      FID_COND_MRKT_DIV_CODE: "J",
      FID_INPUT_ISCD: "005930",
      FID_INPUT_HOUR_1: "120000",
      FID_PW_DATA_INCU_YN: "N",
    });
    expect(body.msg_cd).toBe("OPSQ2001");
    expect(body.msg1).toContain("FID_ETC_CLS_CODE");
    const lower = {
      fid_cond_mrkt_div_code: "J",
      fid_input_iscd: "005930",
      fid_input_hour_1: "120000",
      fid_pw_data_incu_yn: "N",
      fid_etc_cls_code: "",
    };
    expect((await kis.get("FHKST03010200", lower)).body.rt_cd).toBe("0");
    expect((await kis.today("005930", "1200")).msg_cd).toBe("OPSQ2001");
    expect((await kis.today("005930", "120000", "X")).msg_cd).toBe("OPSQ2001");
  });
});

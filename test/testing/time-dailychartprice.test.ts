import { describe, expect, test } from "vitest";
import { krx } from "hantoo/calendar";
import { kstTime } from "../../src/core/index.js";
import { type Row, at, createAsker, labels } from "./ask-kis.js";

const key = (row: Row): string => `${row["stck_bsop_date"]}${row["stck_cntg_hour"]}`;

describe("FHKST03010230", () => {
  test("gives 120 rows, newest first, and 13:21 to 15:30 of a liquid symbol is one page", async () => {
    const { output2 } = await createAsker({ now: at("21:00") }).past("005930", "2026-11-19", "163000");
    expect(output2.length).toBe(120);
    expect([labels(output2)[0], labels(output2).at(-1)]).toEqual(["163000", "142100"]);
    expect(output2.map(key)).toEqual(output2.map(key).toSorted().toReversed());
  });

  test("four pages are a day: every traded minute, none of the others", async () => {
    const kis = createAsker({ now: at("21:00") });
    for (const symbol of ["005930", "0001A0", "28513K", "Q530036", "001080", "002600"]) {
      const rows: Row[] = [];
      let hour = "153000";
      let calls = 0;
      for (;;) {
        const { output2 } = await kis.past(symbol, "2026-11-20", hour);
        calls++;
        const today = output2.filter((row) => row["stck_bsop_date"] === "20261120");
        rows.push(...today);
        const oldest = today.at(-1)?.["stck_cntg_hour"];
        if (today.length < output2.length || oldest === undefined || oldest === "090000") break;
        hour = kstTime(at(`${oldest.slice(0, 2)}:${oldest.slice(2, 4)}`) - 60_000);
      }
      expect(calls).toBeLessThanOrEqual(4);
      const got = rows
        .toReversed()
        .map((row) => [
          row["stck_cntg_hour"],
          row["stck_oprc"],
          row["stck_hgpr"],
          row["stck_lwpr"],
          row["stck_prpr"],
          row["cntg_vol"],
        ]);
      const truth = kis.sim.truth(symbol, "2026-11-20");
      expect(got, symbol).toEqual(
        truth.map((bar) => [
          kstTime(bar.time),
          ...[bar.open, bar.high, bar.low, bar.close, bar.volume].map(String),
        ]),
      );
    }
  });

  test("runs on into the business day before, over weekends and holidays", async () => {
    const { output2 } = await createAsker({ now: at("21:00") }).past("005930", "2026-10-06", "100000");
    expect([...new Set(output2.map((row) => row["stck_bsop_date"]))]).toEqual(["20261006", "20261002"]);
    expect(output2.findIndex((row) => row["stck_bsop_date"] === "20261002")).toBe(61);
    expect(labels(output2)[60]).toBe("090000");
  });

  test("asked for a closed day it begins with the session before", async () => {
    const { output2 } = await createAsker({ now: at("21:00") }).past("005930", "2026-10-05", "100000");
    expect(output2[0]!["stck_bsop_date"]).toBe("20261002");
  });

  test("today's newest row is the forming minute, with the day's totals", async () => {
    const kis = createAsker({ now: at("10:36:30") });
    const { output1, output2 } = await kis.past("005930", "2026-11-20", "153000");
    expect(labels(output2)[0]).toBe("103600");
    expect(output2[0]!["acml_tr_pbmn"]).toBe(output1["acml_tr_pbmn"]);
    const truth = kis.sim.truth("005930", "2026-11-20").find((bar) => kstTime(bar.time) === "103600")!;
    expect(Number(output2[0]!["cntg_vol"])).toBeLessThan(truth.volume);
    const sum = kis.sim
      .truth("005930", "2026-11-20")
      .reduce((all, bar) => all + (bar.time < at("10:36") ? bar.volume : 0), 0);
    const off = Number(output1["acml_vol"]) - sum - Number(output2[0]!["cntg_vol"]);
    expect(off).toBeGreaterThanOrEqual(0);
    expect(off).toBeLessThan(200);
  });

  test("differences of the running turnover are the minutes' own", async () => {
    const kis = createAsker({ now: at("21:00") });
    const { output2 } = await kis.past("005930", "2026-11-20", "100000");
    const today = output2.filter((row) => row["stck_bsop_date"] === "20261120");
    const truth = kis.sim.truth("005930", "2026-11-20");
    today.toReversed().forEach((row, index, rows) => {
      const before = index === 0 ? 0 : Number(rows[index - 1]!["acml_tr_pbmn"]);
      expect(Number(row["acml_tr_pbmn"]) - before).toBe(truth[index]!.turnover);
    });
  });

  test("knows the auction at once, and after hours since 2026-09-14", async () => {
    const kis = createAsker({ now: at("15:30:40") });
    const { output2 } = await kis.past("005930", "2026-11-20", "153000");
    expect(labels(output2).slice(0, 2)).toEqual(["153000", "151900"]);
    kis.sim.clock.set(at("20:30"));
    expect(Number(labels((await kis.past("005930", "2026-11-20", "235959")).output2)[0])).toBeGreaterThan(
      190000,
    );
    expect(labels((await kis.past("005930", "2026-09-11", "235959")).output2)[0]).toBe("153000");
    const plain = createAsker({ now: at("20:30"), quirks: { extendedRows: false } });
    expect(labels((await plain.past("005930", "2026-11-20", "235959")).output2)[0]).toBe("153000");
  });

  test("reaches back 250 trading days and says nothing, without an error, about older ones", async () => {
    const kis = createAsker({ now: at("12:00", "2026-09-14") });
    const floor = krx.addTradingDays("2026-09-14", -250);
    expect(floor).toBe("2025-09-03");
    expect((await kis.past("005930", floor, "090500")).output2.length).toBe(6);
    const older = await kis.past("005930", krx.previousTradingDay(floor), "153000");
    expect([older.rt_cd, older.output2]).toEqual(["0", []]);
  });

  test("a listing has no rows before it", async () => {
    const kis = createAsker({ now: at("21:00") });
    const { output2 } = await kis.past("0037T0", "2026-10-15", "100000");
    expect(new Set(output2.map((row) => row["stck_bsop_date"]))).toEqual(new Set(["20261015"]));
    expect((await kis.past("0037T0", "2026-10-14", "153000")).output2).toEqual([]);
  });

  test("output1 is today's quote whatever the date", async () => {
    const kis = createAsker({ now: at("12:00") });
    const old = await kis.past("005930", "2026-06-01", "153000");
    expect(old.output1).toEqual((await kis.past("005930", "2026-11-20", "153000")).output1);
  });

  test("is refused on paper unless chosen, and without its odd key", async () => {
    const paper = createAsker({ now: at("12:00"), environment: "paper" });
    const refused = await paper.past("005930", "2026-11-20", "153000");
    expect(refused.msg_cd).toBe("EGW02006");
    const open = createAsker({
      now: at("12:00"),
      environment: "paper",
      quirks: { dailyMinutesOnPaper: true },
    });
    expect((await open.past("005930", "2026-11-20", "153000")).rt_cd).toBe("0");
    const { body } = await createAsker({ now: at("12:00") }).get("FHKST03010230", {
      FID_COND_MRKT_DIV_CODE: "J",
      FID_INPUT_ISCD: "005930",
      FID_INPUT_DATE_1: "20261120",
      FID_INPUT_HOUR_1: "153000",
      FID_PW_DATA_INCU_YN: "N",
    });
    expect(body.msg_cd).toBe("OPSQ2001");
  });

  test("a minute can be corrected after it was final", async () => {
    const day = createAsker({}).sim.market.symbolDay("005930", "2026-11-20")!;
    const index = day.minutes.findIndex((_, place) => place > 60 && day.ticks(place).length > 1);
    const time = day.minutes[index]!;
    const corrections = [{ symbol: "005930", time, afterMs: 300_000 }];
    const kis = createAsker({ now: time + 120_000, quirks: { corrections } });
    const read = async (): Promise<number> =>
      Number((await kis.past("005930", "2026-11-20", kstTime(time))).output2[0]!["cntg_vol"]);
    const truth = kis.sim.truth("005930", "2026-11-20").find((bar) => bar.time === time)!;
    expect(await read()).toBeLessThan(truth.volume);
    kis.sim.clock.set(time + 300_000);
    expect(await read()).toBe(truth.volume);
  });
});

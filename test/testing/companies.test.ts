import { describe, expect, test } from "vitest";
import type { CorporateAction } from "hantoo/testing";
import { type Row, at, createAsker, labels } from "./ask-kis.js";

const DAY = "2026-11-20";

describe("index minutes", () => {
  const minutes = async (now: number, more: Row = {}): Promise<Row[]> =>
    (
      await createAsker({ now }).get("FHKUP03500200", {
        FID_COND_MRKT_DIV_CODE: "U",
        FID_ETC_CLS_CODE: "0",
        FID_INPUT_ISCD: "0001",
        FID_INPUT_HOUR_1: "60",
        FID_PW_DATA_INCU_YN: "N",
        ...more,
      })
    ).body.output2;

  test("are the last 102, newest first, the forming one among them, and join on", async () => {
    const rows = await minutes(at("13:00:20"));
    expect(rows).toHaveLength(102);
    expect([labels(rows)[0], labels(rows).at(-1)]).toEqual(["130000", "111900"]);
    for (const [place, row] of rows.slice(0, -1).entries())
      expect(row["bstp_nmix_oprc"]).toBe(rows[place + 1]!["bstp_nmix_prpr"]);
    expect(await minutes(at("09:05:20"))).toHaveLength(6);
    expect(
      new Set(
        (await minutes(at("09:05:20"), { FID_PW_DATA_INCU_YN: "Y" })).map((row) => row["stck_bsop_date"]),
      ).size,
    ).toBe(2);
  });

  test("stand below two summaries after the close, and add up to the day's row", async () => {
    const now = at("18:00");
    const rows = await minutes(now, { FID_INPUT_HOUR_1: "300" });
    expect(labels(rows).slice(0, 3)).toEqual(["999999", "888888", "153000"]);
    expect(labels(await minutes(now, { FID_ETC_CLS_CODE: "1" }))[0]).toBe("153000");
    const { body } = await createAsker({ now }).get("FHKUP03500100", {
      FID_COND_MRKT_DIV_CODE: "U",
      FID_INPUT_ISCD: "0001",
      FID_INPUT_DATE_1: "20261120",
      FID_INPUT_DATE_2: "20261120",
      FID_PERIOD_DIV_CODE: "D",
    });
    const sum = rows.slice(2).reduce((all, row) => all + Number(row["cntg_vol"]), 0);
    expect(String(sum)).toBe(body.output2[0]!["acml_vol"]);
    expect(rows[2]!["acml_tr_pbmn"]).toBe(body.output2[0]!["acml_tr_pbmn"]);
    expect(rows[2]!["bstp_nmix_prpr"]).toBe(body.output2[0]!["bstp_nmix_prpr"]);
  });

  test("of 150000 seconds are a day", async () => {
    const [, , day] = await minutes(at("18:00"), { FID_INPUT_HOUR_1: "150000" });
    expect(day).toMatchObject({ stck_cntg_hour: "090000" });
  });
});

describe("the depository's calendars", () => {
  const common = { effectiveDay: "2026-10-12" } as const;
  const actions: CorporateAction[] = [
    { ...common, symbol: "005930", kind: "split", shares: 50, haltedFrom: "2026-10-07" },
    { ...common, symbol: "000660", kind: "reduction", shares: 0.3, haltedFrom: "2026-09-14" },
    { ...common, symbol: "035420", kind: "reduction", shares: 0.25 },
    { ...common, symbol: "000100", kind: "bonus", shares: 1.05 },
    { ...common, symbol: "247540", kind: "rights", shares: 1.2 },
  ];
  const ask = async (trId: string, symbol = "", from = "20261001", to = "20261031"): Promise<Row[]> => {
    const query = { CTS: "", F_DT: from, T_DT: to, SHT_CD: symbol, MARKET_GB: "0", GB1: "1", HIGH_GB: "" };
    return (await createAsker({ now: at("18:00"), actions }).get(trId, query)).body
      .output1 as unknown as Row[];
  };

  test("list what there is, for the market or one symbol, in their days", async () => {
    const [split] = await ask("HHKDB669105C0");
    expect(split).toMatchObject({ sht_cd: "005930", inter_bf_face_amt: "5000", inter_af_face_amt: "100" });
    expect(split).toMatchObject({ td_stop_dt: "2026/10/07 ~ 2026/10/11", list_dt: "2026/10/12" });
    expect(await ask("HHKDB669105C0", "000660")).toEqual([]);
    expect(await ask("HHKDB669105C0", "005930", "20261013")).toEqual([]);
    const reductions = await ask("HHKDB669106C0");
    const ways = new Map(reductions.map((row) => [row["comp_way"], row["reduce_cap_rate"]]));
    for (const [way, rate] of ways) expect(rate).toMatch(way === "곱하기" ? /^ 0\.\d\d$/ : /^ [34]\.\d\d$/);
    expect(new Set(reductions.map((row) => row["sht_cd"]))).toEqual(new Set(["000660", "035420"]));
    expect((await ask("HHKDB669101C0"))[0]).toMatchObject({ sht_cd: "000100", right_dt: "20261012" });
    expect((await ask("HHKDB669100C0"))[0]).toMatchObject({ sht_cd: "247540", disc_rate: " 20.00" });
    for (const trId of ["HHKDB669104C0", "HHKDB669102C0", "HHKDB669107C0"])
      expect(await ask(trId)).toEqual([]);
  });

  test("are live only", async () => {
    const paper = createAsker({ now: at("18:00"), environment: "paper", actions });
    const query = { CTS: "", F_DT: "20261001", T_DT: "20261031", SHT_CD: "", MARKET_GB: "0" };
    expect((await paper.get("HHKDB669105C0", query)).body.msg_cd).toBe("EGW02006");
  });
});

describe("investor flows", () => {
  test("net to nothing on each of 30 days; today's are blank until the session is over", async () => {
    const kis = createAsker({ now: at("15:39") });
    const rows = async (): Promise<Row[]> =>
      (await kis.get("FHKST01010900", { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "005930" })).body.output;
    const early = await rows();
    expect(early).toHaveLength(30);
    expect(early[0]).toMatchObject({ stck_bsop_date: "20261120", prsn_ntby_qty: "" });
    kis.sim.clock.set(at("18:00", DAY));
    for (const row of await rows()) {
      const nets = ["prsn", "frgn", "orgn"].map((who) => Number(row[`${who}_ntby_qty`]));
      expect(nets.reduce((sum, net) => sum + net, 0)).toBe(0);
      expect(row["frgn_ntby_qty"]).toBe(String(Number(row["frgn_shnu_vol"]) - Number(row["frgn_seln_vol"])));
    }
  });
});

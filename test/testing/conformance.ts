import { expect } from "vitest";
import type { Row } from "./ask-kis.js";

/**
 * What both the simulator's answers and the real recordings must be: the same fields, and rows that add up. One
 * check for both, so that the two cannot drift apart unseen.
 */
export interface ChartBody {
  readonly output1: Row;
  readonly output2: Row[];
}

const MINUTE_FIELDS = [
  "acml_tr_pbmn",
  "cntg_vol",
  "stck_bsop_date",
  "stck_cntg_hour",
  "stck_hgpr",
  "stck_lwpr",
  "stck_oprc",
  "stck_prpr",
];
const QUOTE_FIELDS = [
  "acml_tr_pbmn",
  "acml_vol",
  "hts_kor_isnm",
  "prdy_ctrt",
  "prdy_vrss",
  "prdy_vrss_sign",
  "stck_prdy_clpr",
  "stck_prpr",
];
const DAILY_FIELDS = [
  "acml_tr_pbmn",
  "acml_vol",
  "flng_cls_code",
  "mod_yn",
  "prdy_vrss",
  "prdy_vrss_sign",
  "prtt_rate",
  "revl_issu_reas",
  "stck_bsop_date",
  "stck_clpr",
  "stck_hgpr",
  "stck_lwpr",
  "stck_oprc",
];
const INTEGER = /^-?\d+$/;

const sortedKeys = (row: Row): string[] => Object.keys(row).sort();
const number = (row: Row, name: string): number => Number(row[name]);

/** A minute chart, newest first; `gapFree` for rows that hold every traded minute. */
export function checkMinuteChart(body: ChartBody, { gapFree }: { readonly gapFree: boolean }): void {
  expect(sortedKeys(body.output1)).toEqual(QUOTE_FIELDS);
  checkChange(body.output1, "stck_prpr");
  for (const row of body.output2) {
    expect(sortedKeys(row)).toEqual(MINUTE_FIELDS);
    for (const [name, value] of Object.entries(row)) expect(value, name).toMatch(INTEGER);
    expect(row["stck_bsop_date"]).toMatch(/^\d{8}$/);
    expect(row["stck_cntg_hour"]).toMatch(/^([01]\d|2[0-3])[0-5]\d{3}$/);
    checkPrices(row, "stck_prpr");
  }
  if (!gapFree) return;
  for (const [index, row] of body.output2.slice(0, -1).entries()) {
    const older = body.output2[index + 1]!;
    if (older["stck_bsop_date"] !== row["stck_bsop_date"]) {
      expect(row["stck_cntg_hour"]).toBe("090000");
      continue;
    }
    expect(number(row, "stck_cntg_hour")).toBeGreaterThan(number(older, "stck_cntg_hour"));
    // The minute's own turnover is the difference, and lies between its prices.
    const turnover = number(row, "acml_tr_pbmn") - number(older, "acml_tr_pbmn");
    expect(turnover).toBeGreaterThanOrEqual(number(row, "stck_lwpr") * number(row, "cntg_vol"));
    expect(turnover).toBeLessThanOrEqual(number(row, "stck_hgpr") * number(row, "cntg_vol"));
    if (row["stck_cntg_hour"] === "153000") {
      expect(older["stck_cntg_hour"]! <= "151900").toBe(true);
      expect(row["stck_oprc"]).toBe(row["stck_prpr"]);
      expect(row["stck_hgpr"]).toBe(row["stck_lwpr"]);
    }
  }
  for (const [index, row] of body.output2.entries()) {
    if (row["stck_cntg_hour"] !== "090000") continue;
    const first = number(row, "acml_tr_pbmn");
    expect(first, `row ${index}`).toBeGreaterThanOrEqual(number(row, "stck_lwpr") * number(row, "cntg_vol"));
    expect(first, `row ${index}`).toBeLessThanOrEqual(number(row, "stck_hgpr") * number(row, "cntg_vol"));
  }
}

/** The totals of `output1` against today's rows, from the open to the forming one. */
export function checkDayTotals(body: ChartBody, date: string): void {
  const today = body.output2.filter((row) => row["stck_bsop_date"] === date);
  const newest = today.reduce((last, row) => (row["stck_cntg_hour"]! > last["stck_cntg_hour"]! ? row : last));
  expect(newest["acml_tr_pbmn"]).toBe(body.output1["acml_tr_pbmn"]);
  expect(newest["stck_prpr"]).toBe(body.output1["stck_prpr"]);
  const sum = today.reduce((all, row) => all + number(row, "cntg_vol"), 0);
  const offSession = number(body.output1, "acml_vol") - sum;
  expect(offSession).toBeGreaterThanOrEqual(0);
  expect(offSession).toBeLessThan(1000);
}

/** A daily chart, whatever its period. */
export function checkDailyChart(body: ChartBody): void {
  expect(Object.keys(body.output1).length).toBe(30);
  expect(Object.keys(body.output1)).toContain("itewhol_loan_rmnd_ratem name");
  checkChange(body.output1, "stck_prpr");
  for (const row of body.output2) {
    expect(sortedKeys(row)).toEqual(DAILY_FIELDS);
    // The portal: Y where nothing traded that day, so that there is no open; then open, high and low are 0.
    if (row["mod_yn"] === "Y")
      expect(["stck_oprc", "stck_hgpr", "stck_lwpr"].map((name) => row[name])).toEqual(["0", "0", "0"]);
    else checkPrices(row, "stck_clpr");
    expect(row["mod_yn"]).toMatch(/^[YN]$/);
    expect(row["prtt_rate"]).toMatch(/^-?\d+\.\d\d$/);
  }
}

/** Fields of a quote that both must have, and what they say of one another. */
export function checkQuote(output: Row, mustHave: readonly string[]): void {
  for (const name of mustHave) expect(output, name).toHaveProperty(name);
  checkChange(output, "stck_prpr");
  const reference = number(output, "stck_sdpr");
  expect(number(output, "stck_mxpr")).toBeLessThanOrEqual(reference * 1.3);
  expect(number(output, "stck_mxpr")).toBeGreaterThan(reference * 1.28);
  expect(number(output, "stck_llam")).toBeGreaterThanOrEqual(reference * 0.7);
  expect(number(output, "stck_llam")).toBeLessThan(reference * 0.72);
}

/** Daily rows of an index: two decimals, 1,000 shares and million KRW, each change to the row before it. */
export function checkIndexDays(body: ChartBody): void {
  for (const [place, row] of body.output2.entries()) {
    for (const name of ["oprc", "hgpr", "lwpr", "prpr"])
      expect(row[`bstp_nmix_${name}`]).toMatch(/^\d+\.\d\d$/);
    const [open, close] = [number(row, "bstp_nmix_oprc"), number(row, "bstp_nmix_prpr")];
    expect(number(row, "bstp_nmix_hgpr")).toBeGreaterThanOrEqual(Math.max(open, close));
    expect(number(row, "bstp_nmix_lwpr")).toBeLessThanOrEqual(Math.min(open, close));
    const price = (number(row, "acml_tr_pbmn") * 1e6) / (number(row, "acml_vol") * 1e3);
    expect(price).toBeGreaterThan(1000);
    expect(price).toBeLessThan(100_000);
    const before = body.output2[place + 1];
    if (before === undefined) continue;
    const change = close - number(before, "bstp_nmix_prpr");
    expect(Math.abs(number(row, "bstp_nmix_prdy_vrss") - change)).toBeLessThan(0.011);
    expect(row["prdy_vrss_sign"]).toBe(change > 0 ? "2" : change < 0 ? "5" : "3");
  }
}

/** A page of chk-holiday. */
export function checkHolidays(body: { ctx_area_nk: string; ctx_area_fk: string; output: Row[] }): void {
  expect(body.ctx_area_nk).toMatch(/^\d{8} {12}$/);
  expect(body.ctx_area_fk).toMatch(/^\d{8} {12}$/);
  for (const row of body.output) {
    expect(sortedKeys(row)).toEqual([
      "bass_dt",
      "bzdy_yn",
      "opnd_yn",
      "sttl_day_yn",
      "tr_day_yn",
      "wday_dvsn_cd",
    ]);
    const day = row["bass_dt"]!.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
    expect(Number(row["wday_dvsn_cd"]) - 1).toBe(new Date(`${day}T00:00:00Z`).getUTCDay());
    expect(row["tr_day_yn"]).toBe("Y");
  }
}

/** A control frame of the WebSocket: the acknowledgement of a subscription, or PINGPONG. */
export function checkControlFrame(frame: unknown): void {
  const { header, body } = frame as { header: Row; body?: { output?: Row } };
  if (header["tr_id"] === "PINGPONG") {
    expect(sortedKeys(header)).toEqual(["datetime", "tr_id"]);
    expect(header["datetime"]).toMatch(/^\d{14}$/);
    expect(body).toBeUndefined();
    return;
  }
  expect(header).toEqual({ tr_id: "H0STCNT0", tr_key: "005930", encrypt: "N" });
  const { output, ...said } = body!;
  expect(said).toEqual({ rt_cd: "0", msg_cd: "OPSP0000", msg1: "SUBSCRIBE SUCCESS" });
  expect(Object.values(output!).map((text) => text.length)).toEqual([16, 32]);
  expect(sortedKeys(output!)).toEqual(["iv", "key"]);
}

/** The head of a frame of trades: not encrypted, how many, then symbol, time, price, sign. */
export function checkTradeFrame(frame: string): void {
  expect(frame).toMatch(/^0\|H0STCNT0\|\d{3}\|005930\^([01]\d|2[0-3])[0-5]\d[0-5]\d\^[1-9]\d*\^[1-5]\^/);
}

function checkPrices(row: Row, close: string): void {
  const [open, last] = [number(row, "stck_oprc"), number(row, close)];
  expect(number(row, "stck_hgpr")).toBeGreaterThanOrEqual(Math.max(open, last));
  expect(number(row, "stck_lwpr")).toBeLessThanOrEqual(Math.min(open, last));
  expect(number(row, "stck_lwpr")).toBeGreaterThan(0);
}

/** Amount, sign and per cent against the previous close, which is there or follows. */
function checkChange(row: Row, price: string): void {
  const change = number(row, "prdy_vrss");
  const sign = row["prdy_vrss_sign"]!;
  if (change > 0) expect(["1", "2"]).toContain(sign);
  else if (change < 0) expect(["4", "5"]).toContain(sign);
  else expect(sign).toBe("3");
  const before = number(row, price) - change;
  if (row["stck_prdy_clpr"] !== undefined) expect(number(row, "stck_prdy_clpr")).toBe(before);
  // KIS cuts or rounds: both are within a hundredth.
  expect(Math.abs(number(row, "prdy_ctrt") - (100 * change) / before)).toBeLessThanOrEqual(0.011);
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bookIn,
  expectedIn,
  indexIn,
  operationIn,
  readControl,
  readFrame,
  tradeIn,
} from "../../../src/kis/wire/index.js";
import { damaged, runs } from "../../support/fuzz.js";
import { at } from "./stream-market.js";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const frame = (trId: string, records: readonly (readonly string[])[], tail = ""): Uint8Array =>
  bytes(
    `0|${trId}|${String(records.length).padStart(3, "0")}|${records.map((one) => one.join("^")).join("^")}${tail}`,
  );
const blank = (width: number, values: Readonly<Record<number, string>>): string[] =>
  Array.from({ length: width }, (_, index) => values[index] ?? "");
const trade = (values: Readonly<Record<number, string>> = {}, width = 47): string[] =>
  blank(width, {
    0: "005930",
    1: "150746",
    2: "249250",
    12: "1",
    13: "14871538",
    14: "3728926343750",
    21: "5",
    33: "20260914",
    ...values,
  });

describe("trades", () => {
  const cases = process.env["HANTOO_CASES"];
  test.runIf(cases !== undefined)("of KIS's own frame of 2026-09-14", () => {
    const { frames } = JSON.parse(readFileSync(join(cases!, "15-ws-frames-20260914.json"), "utf8")) as {
      frames: string[];
    };
    const read = readFrame(bytes(frames[0]!))!;
    expect([read.trId, read.count, read.width]).toEqual(["H0STCNT0", 1, 47]);
    expect(tradeIn(read, 0)).toEqual({
      symbol: "005930",
      time: at("15:07:46", "2026-09-14"),
      price: 249250,
      volume: 1,
      accVolume: 14871538,
      accTurnover: 3728926343750,
      side: "sell",
    });
  });

  test("every record of a frame, whatever its width: 46, 47, 51 fields, 11 records", () => {
    for (const width of [46, 47, 51]) {
      const records = Array.from({ length: 11 }, (_, index) =>
        trade({ 13: String(100 + index), 46: "2", 50: "x" }, width),
      );
      const read = readFrame(frame("H0STCNT0", records))!;
      expect([read.count, read.width]).toEqual([11, width]);
      expect(records.map((_, index) => tradeIn(read, index)?.accVolume)).toEqual(
        records.map((_, index) => 100 + index),
      );
    }
  });

  test("text that is no UTF-8 costs nothing", () => {
    const read = readFrame(Buffer.concat([frame("H0STCNT0", [trade()]), Uint8Array.of(0x5e, 0xc7)]))!;
    expect(tradeIn(read, 0)?.price).toBe(249250);
  });

  test.each([
    ["no time", { 1: "25:000" }],
    ["no date", { 33: "" }],
    ["a day that does not exist", { 33: "20260231" }],
    ["no price", { 2: "0" }],
    ["a blank volume", { 12: "" }],
    ["half a share", { 12: "0.5" }],
    ["more than the day's total", { 12: "2", 13: "1" }],
    ["no turnover", { 14: "(null)" }],
  ])("%s is no trade", (_, values) => {
    expect(tradeIn(readFrame(frame("H0STCNT0", [trade(values)]))!, 0)).toBeUndefined();
  });

  test("an auction's print has no side", () => {
    expect(tradeIn(readFrame(frame("H0STCNT0", [trade({ 21: "3" })]))!, 0)?.side).toBeUndefined();
  });

  test("fields that do not divide by the records are no frame; an encrypted one is none", () => {
    expect(readFrame(bytes(`0|H0STCNT0|002|${trade({ 46: "2" }).join("^")}`))).toBeUndefined();
    expect(readFrame(bytes(`1|H0STCNI0|001|AAAA`))).toBeUndefined();
    for (const text of ["", "0", "0|", "0||", "0|X|000|a", "0|X|-01|a", "0|X|1e3|a"])
      expect(readFrame(bytes(text))).toBeUndefined();
  });

  test("bytes of any kind are read soundly or not at all", () => {
    fc.assert(
      fc.property(damaged(frame("H0STCNT0", [trade(), trade({ 13: "14871539" })])), (any) => {
        const read = readFrame(any);
        if (read === undefined) return;
        for (let record = 0; record < Math.min(read.count, 50); record++) {
          const got = tradeIn(read, record);
          if (got === undefined) continue;
          expect(Number.isSafeInteger(got.accVolume) && got.volume <= got.accVolume && got.price > 0).toBe(
            true,
          );
          expect(Number.isSafeInteger(got.time)).toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });
});

describe("the other feeds", () => {
  const now = at("00:00:01", "2026-11-21");
  test("an order book, and its day by the receipt", () => {
    const fields = blank(63, {
      0: "005930",
      1: "235959",
      3: "70100",
      4: "70200",
      13: "70000",
      23: "5",
      24: "6",
      33: "7",
      43: "11",
      44: "7",
      62: "2",
    });
    expect(bookIn(readFrame(frame("H0STASP0", [fields]))!, 0, now)).toEqual({
      symbol: "005930",
      time: at("23:59:59"),
      asks: [
        { price: 70100, size: 5 },
        { price: 70200, size: 6 },
      ],
      bids: [{ price: 70000, size: 7 }],
      totalAskSize: 11,
      totalBidSize: 7,
    });
  });
  test("an expected price with its dummy at the end", () => {
    const fields = blank(45, { 0: "005930", 1: "152510", 2: "70000", 12: "123", 44: "0" });
    expect(expectedIn(readFrame(frame("H0STANC0", [fields, fields], "^"))!, 1, at("15:25:11"))).toEqual({
      symbol: "005930",
      time: at("15:25:10"),
      price: 70000,
      volume: 123,
    });
  });
  test("a market operation as it was seen, ten fields", () => {
    const read = readFrame(bytes("0|H0UNMKO0|001|100840^N^(null)^AB1^112^^^55^N^"))!;
    expect(operationIn(read, 0)).toEqual({
      symbol: "100840",
      halted: false,
      reason: undefined,
      operation: "AB1",
      interruption: "N",
    });
    const cut = Buffer.concat([
      bytes("0|H0STMKO0|001|005930^Y^"),
      Buffer.from("정지").subarray(0, 5),
      bytes("^164^^^^^^"),
    ]);
    expect(operationIn(readFrame(cut)!, 0)?.reason).toBe("정\uFFFD");
  });
  test("an index", () => {
    const fields = blank(30, {
      0: "0001",
      1: "100000",
      2: "3012.34",
      5: "1000",
      6: "2000",
      10: "3000.1",
      11: "3020.5",
      12: "2999",
    });
    expect(indexIn(readFrame(frame("H0UPCNT0", [fields]))!, 0, at("10:00:00"))).toEqual({
      index: "0001",
      time: at("10:00"),
      level: 3012.34,
      open: 3000.1,
      high: 3020.5,
      low: 2999,
      accVolume: 1000,
      accTurnover: 2000,
    });
  });
});

test("control messages: what is secret in them is not read", () => {
  expect(readControl('{"header":{"tr_id":"PINGPONG","datetime":"20220830144632"}}')).toEqual({
    kind: "ping",
  });
  const ack = readControl(
    '{"header":{"tr_id":"H0STCNT0","tr_key":"005930","encrypt":"N"},"body":{"rt_cd":"0","msg_cd":"OPSP0000","msg1":"SUBSCRIBE SUCCESS","output":{"iv":"0123456789abcdef","key":"secret"}}}',
  );
  expect(ack).toEqual({ kind: "answer", trId: "H0STCNT0", key: "005930", code: "OPSP0000", rtCd: "0" });
  for (const text of ["", "{", "[]", "1", '{"header":1}', "{}"]) expect(readControl(text)).toBeUndefined();
});

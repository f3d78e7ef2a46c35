import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createMaster, formatMaster, masterFiles, parseMaster } from "hantoo/master";
import { describe, expect, test } from "vitest";
import { kospiBytes, manyRows } from "../sample-rows.js";

const date = "2026-11-20";
const layout = masterFiles.kospi.layout;
const fields = "rowBytes" in layout ? layout.fields : [];
const ROW = 289;

/** Three rows, of the second one cell of which is full of `Z`. */
function spoiled(offset: number, width: number): Uint8Array {
  const bytes = kospiBytes(manyRows(3)).slice();
  bytes.fill(0x5a, ROW + offset, ROW + offset + width);
  return bytes;
}

describe("one strange cell in one row", () => {
  const dead = fields.filter(({ status }) => status !== undefined);

  test("of a dead or frozen field is absent and listed, and its bytes come back", () => {
    const refused: string[] = [];
    for (const { name, offset, width, type } of dead) {
      const bytes = spoiled(offset, width);
      const { instruments, odd } = parseMaster("kospi", bytes, { date });
      // A text or a code may be `Z`.
      if (type === "text") expect(odd).toEqual([]);
      else {
        expect(odd).toEqual([{ line: 2, symbol: "100001", field: name, received: "Z".repeat(width) }]);
        expect(instruments.get("100001")).toHaveProperty(name, undefined);
      }
      expect(instruments.get("100001")?.koreanName).toBe("회사 100001");
      if (Buffer.compare(formatMaster({ market: "kospi", instruments }), bytes) !== 0) refused.push(name);
    }
    expect(refused).toEqual([]);
    expect(dead.length).toBeGreaterThan(20);
  });

  test("of a live field still refuses the file: it may have shifted", () => {
    for (const { name, offset, width, type } of fields) {
      if (dead.some((field) => field.name === name) || type === "text" || type === "cp949") continue;
      if (type === "symbol") continue; // ZZZZZZZZZ is one
      expect(() => parseMaster("kospi", spoiled(offset, width), { date }), name).toThrow(`\`${name}\``);
    }
  });

  test("every strange cell of a row is listed, in the order of the file", () => {
    const bytes = kospiBytes(manyRows(2)).slice();
    const [first, second] = dead.filter(({ type }) => type === "flag");
    for (const row of [0, 1]) {
      for (const field of [second, first]) bytes[row * ROW + (field?.offset ?? 0)] = 0x00;
    }
    const { odd } = parseMaster("kospi", bytes, { date });
    expect(odd.map(({ line, field }) => `${line} ${field}`)).toEqual(
      [1, 2].flatMap((line) => [`${line} ${first?.name}`, `${line} ${second?.name}`]),
    );
  });

  test("and a live one after a dead one names line, byte and field of the live one", () => {
    const bytes = spoiled(dead.find(({ type }) => type === "flag")?.offset ?? 0, 1);
    const { offset = 0 } = fields.find(({ name }) => name === "listingDate") ?? {};
    bytes[ROW + offset] = 0x5a;
    expect(() => parseMaster("kospi", bytes, { date })).toThrow(
      expect.objectContaining({ line: 2, byteOffset: ROW + offset, field: "listingDate" }),
    );
  });

  test("a copy of such a row can be changed and written", () => {
    const flag = dead.find(({ type }) => type === "flag");
    const { instruments } = parseMaster("kospi", spoiled(flag?.offset ?? 0, 1), { date });
    const row = instruments.get("100001");
    if (row === undefined) throw new Error("it is there");
    instruments.set("100001", { ...row, marginRate: 100 });
    const again = parseMaster("kospi", formatMaster({ market: "kospi", instruments }), { date });
    expect(again.instruments.get("100001")?.marginRate).toBe(100);
    expect(again.odd).toHaveLength(1);
  });
});

describe("a net income that fills its five bytes", () => {
  test.each(["55654", "-2585", "10000"])("keeps its characters: %s", (text) => {
    const bytes = kospiBytes(manyRows(1)).slice();
    const { offset = 0 } = fields.find(({ name }) => name === "netIncome") ?? {};
    bytes.set(Buffer.from(text), offset);
    const row = parseMaster("kospi", bytes, { date }).instruments.get("100000");
    expect(row).toMatchObject({ netIncome: undefined, isNetIncomeCut: true, netIncomeText: text });
  });

  test("and is absent as a text where it is a number", () => {
    const row = createMaster("kospi", manyRows(1), { date }).instruments.get("100000");
    expect(row).toMatchObject({ netIncome: -34, isNetIncomeCut: false, netIncomeText: undefined });
  });
});

describe("an overseas name that runs over its width", () => {
  const row = (name: string, rest: string): Uint8Array =>
    Buffer.from(`H${"600000".padEnd(10)}${"X".padEnd(39)}${(name.padEnd(40) + rest).padEnd(54)}\n`, "latin1");

  test.each([
    ["within the sector", "Bosera CSI Sustainable Development 100 E", "TF     SHSECH ", ["sector"]],
    [
      "into the flags",
      "Huatai-PB CSOP Hang Seng TECH Index Exch",
      "ange TrSHSECH ",
      ["sector", "inNasdaq100", "inSp500"],
    ],
    ["at a blank", "INVESCO Great Wall CSI China Reform H.K ", "ETF    SHSECH ", ["sector"]],
    [
      "with flags that may be its own",
      "TRIP COM GRP LTD SPON ADS EACH REP 0.125",
      " ORD000NASD501",
      ["sector", "inDow30", "inNasdaq100", "inSp500"],
    ],
  ])("%s: sector and flags are absent and listed", (_why, name, rest, odd) => {
    const bytes = row(name, rest);
    const master = parseMaster("frgn", bytes, { date });
    expect(master.instruments.get("H:600000")).toMatchObject({
      koreanName: name.trimEnd(),
      sector: undefined,
      inDow30: undefined,
      inNasdaq100: undefined,
      inSp500: undefined,
      exchange: rest.slice(7, 11),
    });
    expect(master.odd.map(({ field }) => field)).toEqual(odd);
    expect(Buffer.compare(formatMaster(master), bytes)).toBe(0);
  });

  test.each([
    ["a sector of its own", "AUTO PARTS", "AUP    DOWJ501", "AUP", undefined],
    ["flags of its own", "APPLE", "ELC 111NASD501", "ELC", true],
    ["a full name", "TRIP COM GRP LTD SPON ADS EACH REP 0.125", "       NASD501", undefined, undefined],
  ])("%s is no overflow", (_why, name, rest, sector, inDow30) => {
    const master = parseMaster("frgn", row(name, rest), { date });
    expect(master.odd).toEqual([]);
    expect(master.instruments.get("H:600000")).toMatchObject({ koreanName: name, sector, inDow30 });
  });
});

const cases = process.env["HANTOO_CASES"];
test.runIf(cases)(
  "the file of 2025-12-16 parses whole: 12,216 rows, overflowing names cost their cells",
  () => {
    const bytes = new Uint8Array(readFileSync(join(cases ?? "", "mst/frgn_code.2025-12-16.mst")));
    const master = parseMaster("frgn", bytes, { date: "2025-12-16" });
    expect(master.instruments.size).toBe(12_216);
    expect(Buffer.compare(formatMaster(master), bytes)).toBe(0);
    const lines = new Set(master.odd.map(({ line }) => line));
    // 323 run into the flags; others stop inside the sector and read as a sector of four letters before.
    const flags = new Set(master.odd.filter(({ field }) => field !== "sector").map(({ line }) => line));
    // One of them (TRIP.COM) has digits there that may be its own flags.
    expect([lines.size, flags.size]).toEqual([387, 324]);
    const sectors = new Set([...master.instruments.values()].map(({ sector }) => sector ?? "AAA"));
    expect([...sectors].filter((sector) => !/^[A-Z]{3}$/.test(sector))).toEqual([]);
    expect(master.instruments.get("P:SPX")?.koreanName).toBeDefined();
  },
);

import * as fc from "fast-check";
import { type KospiInstrument, createMaster, formatMaster, masterFiles, parseMaster } from "hantoo/master";
import { describe, expect, test } from "vitest";
import { encodeText } from "../../../src/master/cells/cp949.js";
import type { FixedField } from "../../../src/master/layouts/layout.js";
import { kospiBytes, kospiRow } from "../sample-rows.js";

const date = "2026-11-20";
const { fields } = masterFiles.kospi.layout as { readonly fields: readonly FixedField[] };

/** A value a field can hold. */
function valueOf(field: FixedField): fc.Arbitrary<unknown> {
  const size = Math.min(field.width, 15);
  const int = fc.integer({
    min: size > 1 ? -(10 ** Math.min(size - 1, 9)) + 1 : 0,
    max: 10 ** Math.min(size, 9) - 1,
  });
  const present = {
    symbol: fc.constantFrom("005930", "0001A0", "28513K", "Q530036", "F70101B9A"),
    isin: fc.constant("KR7005930003"),
    cp949: fc
      .stringMatching(/^[!-~가-힣]{1,12}$/)
      .filter((text) => (encodeText(text)?.length ?? 99) <= field.width),
    text: fc.stringMatching(new RegExp(`^[!-~]{1,${field.width}}$`)),
    flag: fc.boolean(),
    bit: fc.boolean(),
    int,
    wrapped: fc.nat(2 ** 31),
    truncated: fc.integer({ min: -999, max: 9999 }),
    ratio: fc.integer({ min: -99_999, max: 99_999 }).map((hundredths) => hundredths / 100),
    decimal: int,
    date: fc.constantFrom("1975-06-11", "2024-02-29", "2026-11-20"),
  }[field.type] as fc.Arbitrary<unknown>;
  return field.type === "symbol" || field.type === "isin" || field.required
    ? present
    : fc.option(present, { nil: undefined });
}

const anyRow = fc.record(
  Object.fromEntries(fields.map((field) => [field.name, valueOf(field)])),
) as fc.Arbitrary<Partial<KospiInstrument>>;

test("any fields come back from their bytes", () => {
  fc.assert(
    fc.property(anyRow, (row) => {
      const master = createMaster("kospi", [row], { date });
      const [read] = master.instruments.values();
      for (const { name } of fields) {
        // 0 and -0 are one in the file.
        const wanted = (row as Record<string, unknown>)[name];
        expect((read as unknown as Record<string, unknown>)[name], name).toBe(wanted === 0 ? 0 : wanted);
      }
      const bytes = formatMaster(master);
      expect(bytes.length).toBe(289);
      expect(Buffer.compare(formatMaster(parseMaster("kospi", bytes, { date })), bytes)).toBe(0);
    }),
  );
});

describe("an edited copy", () => {
  const edit = (change: Partial<KospiInstrument>): string => {
    const source = kospiBytes();
    source.set(Buffer.from("-0000000055654-36100000"), 242);
    const master = parseMaster("kospi", source, { date });
    master.instruments.set("005930", { ...(master.instruments.get("005930") as KospiInstrument), ...change });
    return Buffer.from(formatMaster(master)).toString("latin1");
  };

  test("is written where it was edited, and nowhere else", () => {
    const before = edit({});
    const after = edit({ marginRate: 100 });
    expect(after.slice(135, 138)).toBe("100");
    expect(after.slice(0, 135) + after.slice(138)).toBe(before.slice(0, 135) + before.slice(138));
    // What fields cannot show is kept: -0, a cut net income, the sentinel.
    expect(after.slice(242, 265)).toBe("-0000000055654-36100000");
  });

  test("a blank is written as one, a derived property not at all", () => {
    expect(edit({ basePrice: undefined }).slice(102, 111)).toBe(" ".repeat(9));
    expect(edit({ kospi200: true, sector: "9999", tradable: false, financialsPeriod: "1999-01" })).toBe(
      edit({}),
    );
  });

  test.each([
    ["koreanName", "가".repeat(21)],
    ["koreanName", "日本😀"],
    ["koreanName", "줄\n바꿈"],
    ["koreanName", undefined],
    ["koreanName", "끝 "],
    ["securityGroup", "STX"],
    ["securityGroup", ""],
    ["securityGroup", "한"],
    ["basePrice", 1_000_000_000],
    ["basePrice", 0.5],
    ["basePrice", Number.NaN],
    ["basePrice", "100"],
    ["basePrice", "10000"],
    ["basePrice", 1e21],
    ["netIncome", 55_654],
    ["roe", 1.234],
    ["roe", -36_100_000],
    ["listingDate", "2023-02-30"],
    ["listingDate", "20230228"],
    ["isin", "KR7005930004"],
    ["isin", undefined],
    ["symbol", "5930"],
    ["isTradingHalted", "Y"],
  ])("%s cannot become %j", (field, value) => {
    expect(() => edit({ [field]: value })).toThrow(
      expect.objectContaining({ code: "config", option: expect.stringMatching(new RegExp(`${field}$`)) }),
    );
  });
});

test("rows can be left out and put in another order", () => {
  const master = parseMaster("kospi", kospiBytes(), { date });
  const [first, second] = [...master.instruments.values()];
  const bytes = formatMaster({
    market: "kospi",
    instruments: new Map([
      ["b", second],
      ["a", first],
    ]) as typeof master.instruments,
  });
  expect([...parseMaster("kospi", bytes, { date }).instruments.keys()]).toEqual([
    second?.symbol,
    first?.symbol,
  ]);
});

test("a master of nothing is no bytes, and no bytes are no master", () => {
  expect(formatMaster({ market: "kospi", instruments: new Map() })).toHaveLength(0);
  expect(() => createMaster("kospi", [], { date })).toThrow(/empty/);
  expect(() => createMaster("kospi", [kospiRow("005930"), kospiRow("005930")], { date })).toThrow(/twice/);
});

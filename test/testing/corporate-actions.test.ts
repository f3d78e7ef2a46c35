import { assert, constantFrom, double, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMaster, unzipMaster } from "hantoo/master";
import { krx } from "hantoo/calendar";
import { type CorporateAction, createMarket } from "hantoo/testing";
import { type Asker, type Row, at, createAsker } from "./ask-kis.js";

const SYMBOL = "348080";
const EFFECTIVE = "2026-10-12";
const BEFORE = krx.previousTradingDay(EFFECTIVE);
const split: CorporateAction = { symbol: SYMBOL, kind: "split", effectiveDay: EFFECTIVE, shares: 5 };
const instruments = { [SYMBOL]: { liquidity: "liquid", basePrice: 48_000, nxt: false } } as const;
const start = (actions: readonly CorporateAction[], more: Parameters<typeof createAsker>[0] = {}): Asker =>
  createAsker({ now: at("20:30"), instruments, actions, ...more });
const days = async (kis: Asker, raw: "0" | "1"): Promise<Row[]> =>
  (
    await kis.get("FHKST03010100", {
      FID_COND_MRKT_DIV_CODE: "J",
      FID_INPUT_ISCD: SYMBOL,
      FID_INPUT_DATE_1: "20260901",
      FID_INPUT_DATE_2: "20261119",
      FID_PERIOD_DIV_CODE: "D",
      FID_ORG_ADJ_PRC: raw,
    })
  ).body.output2;

describe("a split", () => {
  test("changes the price of its day, nothing of the days before, in the market itself", () => {
    const plain = createMarket({ seed: 7, instruments });
    const market = createMarket({ seed: 7, instruments, actions: [split] });
    for (const day of krx.tradingDays("2026-09-01", BEFORE))
      expect(market.truth(SYMBOL, day)).toEqual(plain.truth(SYMBOL, day));
    const base = market.previousClose(SYMBOL, EFFECTIVE);
    expect(base / market.close(SYMBOL, BEFORE)).toBeCloseTo(1 / 5, 2);
    for (const bar of market.truth(SYMBOL, EFFECTIVE)) {
      expect(bar.low).toBeGreaterThanOrEqual(base * 0.69);
      expect(bar.high).toBeLessThanOrEqual(base * 1.31);
    }
    expect(market.listedShares(SYMBOL, EFFECTIVE)).toBe(5 * market.listedShares(SYMBOL, BEFORE));
    expect([market.parValue(SYMBOL, BEFORE), market.parValue(SYMBOL, EFFECTIVE)]).toEqual([5000, 1000]);
  });

  test("adjusts the daily rows before it to whole won; raw rows stay", async () => {
    const kis = start([split]);
    const [raw, adjusted] = [await days(kis, "1"), await days(kis, "0")];
    for (const [place, row] of raw.entries()) {
      const factor = row["stck_bsop_date"]! < "20261012" ? 1 / 5 : 1;
      for (const name of ["stck_oprc", "stck_hgpr", "stck_lwpr", "stck_clpr"])
        expect(adjusted[place]![name]).toBe(String(Math.round(Number(row[name]) * factor)));
      expect(Number(adjusted[place]!["acml_vol"])).toBe(Math.round(Number(row["acml_vol"]) / factor));
      expect(adjusted[place]!["acml_tr_pbmn"]).toBe(row["acml_tr_pbmn"]);
    }
    expect(raw.find((row) => row["stck_bsop_date"] === "20261012")!["prtt_rate"]).toBe("-80.00");
  });

  test("rescales old minutes from its day on, with and without their volume", async () => {
    const before = createAsker({ now: at("20:30", BEFORE), instruments, actions: [split] });
    const traded = (await before.past(SYMBOL, BEFORE, "153000")).output2;
    const read = async (rescaledMinutes: "prices" | "prices-and-volume" | "none"): Promise<Row[]> =>
      (await start([split], { quirks: { rescaledMinutes } }).past(SYMBOL, BEFORE, "153000")).output2;
    expect(await read("none")).toEqual(traded);
    for (const [quirk, shares] of [
      ["prices", 1],
      ["prices-and-volume", 5],
    ] as const) {
      for (const [place, row] of (await read(quirk)).entries()) {
        const own = traded[place]!;
        expect(row["stck_prpr"]).toBe(String(Math.round(Number(own["stck_prpr"]) / 5)));
        expect(Number(row["cntg_vol"])).toBe(shares * Number(own["cntg_vol"]));
        expect(row["acml_tr_pbmn"]).toBe(own["acml_tr_pbmn"]);
      }
    }
    expect((await start([split]).past(SYMBOL, EFFECTIVE, "153000")).output2[0]!["stck_prpr"]).toBe(
      String(before.sim.truth(SYMBOL, EFFECTIVE).at(-1)!.close),
    );
  });

  test("announces itself in the masters: base price, par, shares, code", async () => {
    const rowAt = async (day: string) => {
      const kis = start([split], { now: at("08:50", day) });
      const response = await kis.sim.fetch("http://kis.invalid/common/master/kospi_code.mst.zip");
      const other = await kis.sim.fetch("http://kis.invalid/common/master/kosdaq_code.mst.zip");
      for (const [market, zip] of [
        ["kospi", response],
        ["kosdaq", other],
      ] as const) {
        const { bytes } = await unzipMaster(new Uint8Array(await zip.arrayBuffer()));
        const found = parseMaster(market, bytes, { date: day }).instruments.get(SYMBOL);
        if (found !== undefined) return found;
      }
      throw new Error("not listed");
    };
    const [yesterday, today] = [await rowAt(BEFORE), await rowAt(EFFECTIVE)];
    expect(yesterday).toMatchObject({ parValue: 5000, parValueChange: "00" });
    expect(today).toMatchObject({ parValue: 1000, parValueChange: "01" });
    expect(Number(today.listedSharesThousand)).toBe(5 * Number(yesterday.listedSharesThousand));
    expect(today.basePrice).toBe(start([split]).sim.market.previousClose(SYMBOL, EFFECTIVE));
  });
});

describe("any history of actions", () => {
  test("adjusts each row by the product of all later factors", () => {
    const market = createMarket({
      instruments,
      actions: [
        { ...split, effectiveDay: "2026-10-14", kind: "rights", shares: 1.2 },
        split,
        { ...split, kind: "reduction", shares: 0.25, effectiveDay: "2026-11-10", haltedFrom: "2026-10-28" },
      ],
    });
    const { price, shares } = market.factors(SYMBOL, "2026-10-01", "2026-11-20");
    expect(price).toBeCloseTo((1 / 5) * ((1 + 0.2 * 0.8) / 1.2) * 4, 12);
    expect(shares).toBeCloseTo(5 * 1.2 * 0.25, 12);
    expect(market.truth(SYMBOL, "2026-11-02")).toEqual([]);
    expect(market.close(SYMBOL, "2026-11-02")).toBe(market.close(SYMBOL, "2026-10-27"));
    expect(market.actions().map(({ effectiveDay }) => effectiveDay)).toEqual([
      EFFECTIVE,
      "2026-10-14",
      "2026-11-10",
    ]);
  });

  test("closes within the limits of its base price on every day", () => {
    const kinds = constantFrom<CorporateAction["kind"]>(
      "split",
      "reverse-split",
      "bonus",
      "rights",
      "reduction",
    );
    const anyDay = constantFrom(...krx.tradingDays("2026-09-01", "2026-11-13"));
    assert(
      property(kinds, anyDay, double({ min: 0.02, max: 0.9, noNaN: true }), (kind, effectiveDay, part) => {
        const shares = kind === "reverse-split" || kind === "reduction" ? part : 1 / part;
        const haltedFrom = kind === "reduction" ? krx.addTradingDays(effectiveDay, -8) : undefined;
        const action = { symbol: SYMBOL, kind, effectiveDay, shares, ...(haltedFrom && { haltedFrom }) };
        const market = createMarket({ instruments, actions: [action] });
        for (const day of [effectiveDay, krx.nextTradingDay(effectiveDay)]) {
          const base = market.previousClose(SYMBOL, day);
          const close = market.close(SYMBOL, day);
          expect(Math.abs(close / base - 1)).toBeLessThan(0.31);
          expect(market.truth(SYMBOL, day).at(-1)!.close).toBe(close);
        }
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ["of another symbol", { ...split, symbol: "999990" }],
    ["that shrinks by a split", { ...split, shares: 0.5 }],
    ["that changes nothing", { ...split, shares: 1 }],
    ["on no day", { ...split, effectiveDay: "20261012" }],
    ["halted after its day", { ...split, haltedFrom: EFFECTIVE }],
  ])("refuses one %s", (_, action) => {
    expect(() => start([action])).toThrow(/actions/);
  });
});

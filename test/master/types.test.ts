/** What the compiler knows: checked by `npm run typecheck`, run here only to be counted. */
import {
  type Elw,
  type Instrument,
  type KospiInstrument,
  type Market,
  type Master,
  type OverseasStock,
  diffMaster,
  downloadMaster,
  findByName,
  joinNxt,
  parseMaster,
  selectInstruments,
} from "hantoo/master";
import { expectTypeOf, test } from "vitest";

declare const kospi: Master<"kospi">;
declare const nxt: Master<"nxt_kospi">;
declare const bytes: Uint8Array;

test("a market's name decides the type of its instruments", () => {
  expectTypeOf<Instrument<"kospi">>().toEqualTypeOf<KospiInstrument>();
  expectTypeOf<Instrument<"nxt_kospi">>().toEqualTypeOf<KospiInstrument>();
  expectTypeOf<Instrument<"nas">>().toEqualTypeOf<OverseasStock>();
  expectTypeOf<"nasdaq">().not.toExtend<Market>();
  const parse = () => parseMaster("elw", bytes, { date: "2026-11-20" }).instruments.get("57LBEP");
  expectTypeOf(parse).returns.toEqualTypeOf<Elw | undefined>();
  const download = () => downloadMaster("kospi");
  expectTypeOf(download).returns.resolves.toEqualTypeOf<Master<"kospi">>();
});

test("blank is undefined, and cannot be forgotten", () => {
  expectTypeOf<KospiInstrument["koreanName"]>().toEqualTypeOf<string>();
  expectTypeOf<KospiInstrument["marketCap"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<KospiInstrument["inKospi100"]>().toEqualTypeOf<boolean | undefined>();
  expectTypeOf<KospiInstrument["tradable"]>().toEqualTypeOf<boolean>();
  expectTypeOf<KospiInstrument>().not.toHaveProperty("inKosdaq150");
  expectTypeOf<Master["retrievedAt"]>().toEqualTypeOf<number | undefined>();
});

test("selections, searches, joins and differences keep the type", () => {
  const select = () => selectInstruments(kospi, { etf: true });
  expectTypeOf(select).returns.toEqualTypeOf<KospiInstrument[]>();
  const find = () => findByName(kospi, "삼성");
  expectTypeOf(find).returns.toEqualTypeOf<KospiInstrument[]>();
  const join = () => selectInstruments(joinNxt(kospi, nxt), {})[0]?.isNxtTradable;
  expectTypeOf(join).returns.toEqualTypeOf<boolean | undefined>();
  const diff = () => diffMaster(kospi, kospi).listed;
  expectTypeOf(diff).returns.toEqualTypeOf<KospiInstrument[]>();
});

import { assert, asyncProperty, constantFrom, integer, record, subarray } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fault, RowFaultName } from "hantoo/testing";
import { type Asker, type Row, at, createAsker } from "./ask-kis.js";
import { checkMinuteChart } from "./conformance.js";

const ROW_FAULTS: readonly RowFaultName[] = [
  "lost-row",
  "open-outside",
  "int64-min-row",
  "odd-second-label",
  "closing-missing",
  "closing-late",
  "closing-withdrawn",
  "doubled-close",
  "wandering-volume",
  "cut-day",
  "empty-day",
];
/** Faults after which the rows that are there still tell each minute's turnover. */
const KEEPS_CHAIN: readonly RowFaultName[] = ["wandering-volume", "doubled-close"];
const SYMBOLS = ["005930", "000660", "000020", "069500", "28513K"];
const runs = Number(process.env["HANTOO_FAULT_RUNS"] ?? 40);

async function rowsOf(kis: Asker, symbol: string, day: string): Promise<Row[]> {
  const date = day.replaceAll("-", "");
  const rows: Row[] = [];
  for (const hour of ["153000", "133000", "113000", "093000"]) {
    const page = (await kis.past(symbol, day, hour)).output2.filter((row) => row["stck_bsop_date"] === date);
    const last = rows.at(-1)?.["stck_cntg_hour"] ?? "999999";
    rows.push(...page.filter((row) => row["stck_cntg_hour"]! < last));
  }
  return rows;
}

describe("all faults of rows at once, by chance", () => {
  test("are the same however often they are asked, spare the truth, and are over once KIS has healed", async () => {
    await assert(
      asyncProperty(
        record({
          seed: integer({ min: 1, max: 1_000_000 }),
          names: subarray([...ROW_FAULTS], { minLength: 1 }),
          heals: integer({ min: 1, max: 4 }),
          symbol: constantFrom(...SYMBOLS),
        }),
        async ({ seed, names, heals, symbol }) => {
          const day = "2026-11-16";
          const faults: Fault[] = names.map((name) => ({
            do: name,
            per: "symbol-day",
            probability: 0.7,
            healsAfterDays: heals,
          }));
          const start = (more: readonly Fault[]): Asker =>
            createAsker({ seed, now: at("21:00", day), faults: more, symbols: SYMBOLS });
          const [kis, plain] = [start(faults), start([])];
          const truth = plain.sim.truth(symbol, day);
          const first = await rowsOf(kis, symbol, day);
          expect(await rowsOf(kis, symbol, day)).toEqual(first);
          expect(kis.sim.truth(symbol, day)).toEqual(truth);
          const healed = kis.sim.market.calendar.addTradingDays(day, heals);
          for (const one of [kis, plain]) one.sim.clock.set(at("06:00", healed));
          expect(await rowsOf(kis, symbol, day)).toEqual(await rowsOf(plain, symbol, day));
        },
      ),
      { numRuns: runs },
    );
  });

  test("that keep the chain of turnovers keep it on every day of a week", async () => {
    await assert(
      asyncProperty(integer({ min: 1, max: 1_000_000 }), constantFrom("J", "UN"), async (seed, venue) => {
        const day = "2026-11-13";
        const faults: Fault[] = KEEPS_CHAIN.map((name) => ({ do: name }));
        const kis = createAsker({ seed, now: at("21:00", day), faults, symbols: ["005930"] });
        for (const later of ["2026-11-13", "2026-11-16", "2026-11-17", "2026-11-19"]) {
          kis.sim.clock.set(at("21:00", later));
          const page = await kis.past("005930", day, "112000", venue);
          const own = page.output2.filter((row) => row["stck_bsop_date"] === "20261113");
          checkMinuteChart(
            { ...page, output2: own.filter((row) => row["stck_cntg_hour"]! >= "090000") },
            {
              gapFree: venue === "J",
            },
          );
        }
      }),
      { numRuns: Math.ceil(runs / 2) },
    );
  });
});

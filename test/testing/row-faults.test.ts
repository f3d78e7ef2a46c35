import { describe, expect, test } from "vitest";
import { type Fault, type KisSimulatorOptions, createMarket } from "hantoo/testing";
import { type Asker, type Row, at, createAsker, labels, volumes } from "./ask-kis.js";
import { checkMinuteChart } from "./conformance.js";

const DAY = "2026-11-20";
const NEXT = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"] as const;
const MONTH = "2026-12-18";

const start = (faults: readonly Fault[], more: KisSimulatorOptions = {}): Asker =>
  createAsker({ now: at("20:30"), faults, ...more });
/** A whole past day by pages of 0230, newest first, as KIS has it. */
async function dayOf(kis: Asker, symbol: string, day: string): Promise<Row[]> {
  const date = day.replaceAll("-", "");
  const rows = new Map<string, Row>();
  for (let hour = "153000"; ;) {
    const page = (await kis.past(symbol, day, hour)).output2;
    const own = page.filter((row) => row["stck_bsop_date"] === date);
    for (const row of own) rows.set(row["stck_cntg_hour"]!, row);
    const last = own.at(-1)?.["stck_cntg_hour"];
    if (own.length < 120 || last === undefined || last <= "090000") return [...rows.values()];
    hour = String(Number(last) - 1).padStart(6, "0");
  }
}
const truthLabels = (kis: Asker, symbol: string, day: string): string[] =>
  kis.sim
    .truth(symbol, day)
    .map(({ time }) => new Date(time + 9 * 3_600_000).toISOString().slice(11, 19).replaceAll(":", ""))
    .reverse();

describe("a row that is lost in KIS's record", () => {
  test("is missing from every answer, until KIS has it again; the truth keeps it", async () => {
    const kis = start([{ do: "lost-row", minutes: ["11:03"], tradingDays: [DAY], healsAfterDays: 2 }]);
    const all = truthLabels(kis, "005930", DAY);
    expect(all).toContain("110300");
    const without = all.filter((label) => label !== "110300");
    for (const day of [DAY, NEXT[0]]) {
      kis.sim.clock.set(at("20:30", day));
      expect(labels(await dayOf(kis, "005930", DAY))).toEqual(without);
    }
    expect(labels(await dayOf(kis, "005930", NEXT[0]))).toEqual(truthLabels(kis, "005930", NEXT[0]));
    kis.sim.clock.set(at("06:00", NEXT[1]) - 1);
    expect(labels(await dayOf(kis, "005930", DAY))).toEqual(without);
    kis.sim.clock.set(at("06:00", NEXT[1]));
    expect(labels(await dayOf(kis, "005930", DAY))).toEqual(all);
    expect(kis.sim.stats.faultsByName["lost-row"]).toBeGreaterThan(0);
  });

  test("leaves a step in the day's turnover that the next row's own trades cannot be", async () => {
    const kis = start([{ do: "lost-row" }]);
    const page = await dayOf(kis, "005930", DAY);
    const lost = truthLabels(kis, "005930", DAY).filter((label) => !labels(page).includes(label));
    expect(lost).toHaveLength(1);
    const after = page.findLastIndex((row) => row["stck_cntg_hour"]! > lost[0]!);
    const [row, before] = [page[after]!, page[after + 1]!];
    const step = Number(row["acml_tr_pbmn"]) - Number(before["acml_tr_pbmn"]);
    expect(step).toBeGreaterThan(Number(row["stck_hgpr"]) * Number(row["cntg_vol"]));
  });

  test("is an untraded minute to 0200", async () => {
    const kis = start([{ do: "lost-row", minutes: ["11:03"] }]);
    const [later, lost, before] = (await kis.today("005930", "110400")).output2;
    expect(lost).toMatchObject({ stck_cntg_hour: "110300", cntg_vol: "0" });
    expect(lost!["acml_tr_pbmn"]).toBe(before!["acml_tr_pbmn"]);
    expect(lost!["stck_oprc"]).toBe(before!["stck_prpr"]);
    expect(Number(later!["cntg_vol"])).toBeGreaterThan(0);
  });

  test("drawn by the request, it is there at the second look", async () => {
    const kis = start([{ do: "lost-row", per: "request", times: 1, endpoint: "FHKST03010230" }]);
    const once = (await kis.past("005930", DAY, "153000")).output2;
    const again = (await kis.past("005930", DAY, "153000")).output2;
    expect([once.length, again.length]).toEqual([119, 120]);
  });

  test("drawn by chance, about that share of the symbol-days has one, the same whoever asks first", async () => {
    const days = createMarket().calendar.tradingDays("2026-09-01", "2026-11-20");
    const faults: Fault[] = [{ do: "lost-row", probability: 0.3 }];
    const counts = async (order: readonly string[]): Promise<string[]> => {
      const kis = start(faults);
      const struck: string[] = [];
      for (const day of order) {
        const have = (await kis.past("005930", day, "153000")).output2;
        if (labels(have.slice(0, 119)).join() !== truthLabels(kis, "005930", day).slice(0, 119).join())
          struck.push(day);
      }
      return struck.sort();
    };
    const forwards = await counts(days);
    expect(await counts(days.toReversed())).toEqual(forwards);
    // A page holds a third of the day, and so of the lost rows.
    expect(forwards.length).toBeGreaterThan(0);
    expect(forwards.length).toBeLessThan(days.length * 0.25);
  });
});

describe("rows that are odd", () => {
  test("an open outside its own high and low, most often the day's first", async () => {
    const kis = start([{ do: "open-outside" }]);
    let first = 0;
    const days = kis.sim.market.calendar.tradingDays("2026-10-01", DAY);
    for (const day of days) {
      const rows = await dayOf(kis, "005930", day);
      const odd = rows.filter(
        (row) =>
          Number(row["stck_oprc"]) > Number(row["stck_hgpr"]) ||
          Number(row["stck_oprc"]) < Number(row["stck_lwpr"]),
      );
      expect(odd).toHaveLength(1);
      if (odd[0] === rows.at(-1)) first++;
    }
    expect(first / days.length).toBeGreaterThan(0.5);
    expect(first).toBeLessThan(days.length);
  });

  test("an INT64_MIN row and an off-minute label, in KIS's record or in one answer", async () => {
    const kis = start([
      { do: "int64-min-row", per: "symbol-day", minutes: ["10:00"] },
      { do: "odd-second-label", per: "symbol-day", minutes: ["10:05"] },
    ]);
    for (const rows of [await dayOf(kis, "005930", DAY), (await kis.today("005930", "101000")).output2]) {
      const by = new Map(rows.map((row) => [row["stck_cntg_hour"], row]));
      expect(by.get("100000")!["cntg_vol"]).toBe("-9223372036854775808");
      expect([by.has("100500"), by.has("100511")]).toEqual([false, true]);
    }
  });

  test("a page that ends early, and one without a row beside totals that say otherwise", async () => {
    const cut = start([{ do: "cut-day", minutes: ["11:00"], tradingDays: [DAY] }]);
    expect(labels(await dayOf(cut, "005930", DAY)).at(-1)).toBe("110000");
    const empty = start([{ do: "empty-day", tradingDays: [DAY] }]);
    const page = await empty.past("005930", DAY, "153000");
    expect(page.output2[0]!["stck_bsop_date"]).toBe("20261119");
    expect(Number(page.output1["acml_vol"])).toBeGreaterThan(1_000_000);
  });
});

describe("the closing print", () => {
  const closing = async (kis: Asker): Promise<string[]> =>
    labels((await kis.past("005930", DAY, "153000")).output2)
      .filter((label) => label > "151900")
      .toSorted();

  test("missing, or late and given to whoever asks for its own label", async () => {
    expect(await closing(start([{ do: "closing-missing" }]))).toEqual([]);
    const late = start([{ do: "closing-late" }]);
    expect(await closing(late)).toEqual(["153200"]);
    const [first, , third] = (await late.today("005930", "153200")).output2;
    expect(first).toMatchObject({ stck_cntg_hour: "153200" });
    expect(first!["cntg_vol"]).toBe(String(late.sim.truth("005930", DAY).at(-1)!.volume));
    expect(third).toMatchObject({ stck_cntg_hour: "153000", cntg_vol: "0" });
  });

  test("withdrawn days later, back again, and right in the end", async () => {
    const kis = start([{ do: "closing-withdrawn", tradingDays: [DAY], healsAfterDays: 8 }]);
    const seen: string[][] = [];
    for (const day of [DAY, ...NEXT, MONTH]) {
      kis.sim.clock.set(at("20:30", day));
      seen.push(await closing(kis));
    }
    expect(seen).toEqual([["153200"], ["153200"], [], [], [], ["153200"], ["153000"]]);
  });

  test("doubled on 0200 alone", async () => {
    const kis = start([{ do: "doubled-close" }]);
    const [of0200] = (await kis.today("005930", "153000")).output2;
    const [of0230] = (await kis.past("005930", DAY, "153000")).output2;
    expect(Number(of0200!["cntg_vol"])).toBe(2 * Number(of0230!["cntg_vol"]));
    expect(of0200!["acml_tr_pbmn"]).toBe(of0230!["acml_tr_pbmn"]);
  });
});

describe("volumes that wander", () => {
  test("between two minutes on re-reads, prices and the day's sum staying", async () => {
    const kis = start([{ do: "wandering-volume" }]);
    const reads: Row[][] = [];
    for (const day of [DAY, NEXT[0], NEXT[1]]) {
      kis.sim.clock.set(at("20:30", day));
      const rows = await dayOf(kis, "005930", DAY);
      checkMinuteChart(
        { output1: (await kis.past("005930", DAY, "153000")).output1, output2: rows },
        {
          gapFree: true,
        },
      );
      reads.push(rows);
    }
    const [same, moved, back] = [reads[0]!, reads[1]!, reads[2]!];
    expect(volumes(moved)).not.toEqual(volumes(same));
    expect(volumes(back)).toEqual(volumes(same));
    const sum = (rows: Row[]): number => volumes(rows).reduce((all, one) => all + one, 0);
    expect([sum(moved), sum(back)]).toEqual([sum(same), sum(same)]);
    const prices = (rows: Row[]): string[] =>
      rows.map((row) => [row["stck_oprc"], row["stck_hgpr"], row["stck_lwpr"], row["stck_prpr"]].join());
    expect(prices(moved)).toEqual(prices(same));
    const changed = volumes(same).filter((one, index) => one !== volumes(moved)[index]);
    expect(changed).toHaveLength(2);
  });
});

describe("0230 echoing the label asked for", () => {
  test("gives the forming bar under it, ahead and behind", async () => {
    const now = at("12:05:30");
    const plain = createAsker({ now });
    const kis = createAsker({ now, quirks: { echoDailyMinutes: true } });
    const forming = (await plain.past("005930", DAY, "120500")).output2[0]!;
    for (const hour of ["120500", "121500", "110000"]) {
      const rows = (await kis.past("005930", DAY, hour)).output2;
      expect(rows[0]).toEqual({ ...forming, stck_cntg_hour: hour });
      const before = (await plain.past("005930", DAY, hour < "120500" ? "105900" : "120400")).output2;
      expect(rows.slice(1)).toEqual(before.slice(0, 119));
    }
    expect((await kis.past("005930", "2026-11-19", "110000")).output2).toEqual(
      (await plain.past("005930", "2026-11-19", "110000")).output2,
    );
  });
});

describe("what is not a fault", () => {
  test.each<[string, Fault]>([
    ["nth of a symbol-day", { do: "lost-row", nth: 1 }],
    ["days of a fault of the wire", { do: "reset", tradingDays: [DAY] }],
    ["a symbol-day of a fault of the wire", { do: "reset", per: "symbol-day" }],
    ["wandering by request", { do: "wandering-volume", per: "request" }],
    ["healing of one answer", { do: "lost-row", per: "request", healsAfterDays: 1 }],
    ["a minute of no clock", { do: "lost-row", minutes: ["24:00"] }],
    ["a day of no calendar", { do: "lost-row", tradingDays: ["20261120"] }],
    ["no row", { do: "lost-row", rows: 0 }],
  ])("%s is refused", (_, fault) => {
    expect(() => start([fault])).toThrow(/faults/);
  });

  test("faults wait for their symbols and their time", async () => {
    const kis = start([
      { do: "empty-day", symbols: ["000660"] },
      { do: "rate-limit", symbols: ["005930"], until: at("20:31"), from: at("20:30:30") },
    ]);
    const code = async (symbol: string): Promise<string> => (await kis.past(symbol, DAY, "153000")).msg_cd;
    expect((await kis.past("005930", DAY, "153000")).output2).toHaveLength(120);
    expect((await kis.past("000660", DAY, "153000")).output2).toEqual([]);
    kis.sim.clock.set(at("20:30:30"));
    expect([await code("005930"), await code("000660")]).toEqual(["EGW00201", "MCA00000"]);
    kis.sim.clock.set(at("20:31"));
    expect(await code("005930")).toBe("MCA00000");
    expect(kis.sim.stats.faultsByName).toMatchObject({ "rate-limit": 1 });
  });
});

describe("the mark of a simulator", () => {
  test("stands on every answer: data, tokens, refusals, files, a gateway's page", async () => {
    const kis = start([{ do: "html-502", endpoint: "revokeP" }]);
    const urls = ["/oauth2/tokenP", "/oauth2/revokeP", "/common/master/kospi_code.mst.zip", "/nothing"];
    for (const url of urls) {
      const response = await kis.sim.fetch(`http://kis.invalid${url}`);
      expect(response.headers.get("x-hantoo-simulator"), url).toBe("1");
    }
  });
});

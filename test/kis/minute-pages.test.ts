import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IncompleteDataError, KisSchemaError, MINUTE_MS, krx, kstDay, kstInstant, kstTime } from "hantoo";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { closingMinute, isClosingSettled } from "../../src/kis/reads/minutes/minute-finality.js";
import { MinutePages } from "../../src/kis/reads/minutes/minute-pages.js";
import { readMinutePage } from "../../src/kis/wire/minute-rows.js";
import { createManualClock } from "hantoo/testing";
import { clientOf } from "./unpaced.js";

const day = "2026-11-20";
const minutes = krx.minutes(day);
const at = (time: string): number => kstInstant(day, time);

interface WireRow {
  stck_bsop_date: string;
  stck_cntg_hour: string;
  stck_prpr: string;
  stck_oprc: string;
  stck_hgpr: string;
  stck_lwpr: string;
  cntg_vol: string;
  acml_tr_pbmn: string;
}
const row = (time: string, volume: number | string, total: number, more: Partial<WireRow> = {}): WireRow => ({
  stck_bsop_date: "20261120",
  stck_cntg_hour: time,
  stck_prpr: "100",
  stck_oprc: "100",
  stck_hgpr: "100",
  stck_lwpr: "100",
  cntg_vol: String(volume),
  acml_tr_pbmn: String(total),
  ...more,
});
const page = (rows: readonly object[], output1: object = { stck_prpr: "100" }) =>
  readMinutePage({ output1, output2: rows });
const collect = (...pages: (readonly [rows: readonly object[], asked: string])[]) => {
  const all = new MinutePages({ day, first: minutes[0]!, echoes: false });
  const outcomes = pages.map(([rows, asked]) => all.add(page(rows), at(asked)));
  return { all, outcomes };
};

describe("proof of completeness", () => {
  test("is the first minute, or a row of an earlier day; an empty or a short page proves nothing", () => {
    const early = row("152900", 1, 100, { stck_bsop_date: "20261119" });
    const kinds = (rows: readonly object[], asked = "10:00") => collect([rows, asked]).outcomes[0]!.kind;
    expect(kinds([row("100000", 1, 200), row("090000", 1, 100)])).toBe("covered");
    expect(kinds([row("100000", 1, 200), early])).toBe("covered");
    expect(kinds([early])).toBe("covered");
    expect(kinds([])).toBe("stuck");
    expect(kinds([{}, { stck_bsop_date: "" }])).toBe("stuck");
    expect(collect([[row("100000", 1, 200), row("093000", 1, 100)], "10:00"]).outcomes[0]).toEqual({
      kind: "more",
      next: at("09:29"),
    });
  });

  test("a page that leads nowhere is not asked for again", () => {
    const rows = [row("100000", 1, 100)];
    expect(collect([rows, "10:00"], [rows, "09:59"]).outcomes[1]).toEqual({ kind: "stuck" });
  });

  test("rows that run on into the day before under today's date are not taken", () => {
    const { all, outcomes } = collect([
      [row("090200", 5, 1000), row("090100", 5, 500), row("153000", 9, 9900), row("151900", 9, 9000)],
      "09:02",
    ]);
    expect(outcomes[0]!.kind).toBe("more");
    expect(all.bars(minutes, minutes.at(-1)!).map(({ time }) => kstTime(time))).toEqual(["090100", "090200"]);
  });
});

test("the row under the label asked for is not taken where the endpoint echoes; labels that rise end the page", () => {
  const echoing = new MinutePages({ day, first: minutes[0]!, echoes: true });
  const rows = [
    row("090300", 999, 99_900),
    row("090200", 2, 300),
    row("090100", 1, 100),
    row("090230", 5, 800),
    row("090000", 5, 800),
  ];
  expect(echoing.add(page(rows), at("09:03"))).toEqual({ kind: "more", next: at("09:01") });
  expect(["09:03", "09:02", "09:01", "09:00"].map((time) => echoing.volumeAt(at(time)))).toEqual([
    undefined,
    2,
    1,
    undefined,
  ]);
});

describe("what is published", () => {
  test("turnover is the difference, accVolume the sum, zero and INT64_MIN rows are no bars", () => {
    const { all } = collect([
      [
        row("090300", 2, 500),
        row("090200", "-9223372036854775808", 300),
        row("090100", 0, 300),
        row("090000", 3, 300),
      ],
      "09:03",
    ]);
    expect(all.bars(minutes, at("09:03"))).toEqual([
      {
        time: at("09:00"),
        open: 100,
        high: 100,
        low: 100,
        close: 100,
        volume: 3,
        accVolume: 3,
        turnover: 300,
      },
      {
        time: at("09:03"),
        open: 100,
        high: 100,
        low: 100,
        close: 100,
        volume: 2,
        accVolume: 5,
        turnover: 200,
      },
    ]);
  });

  test("nothing after `through`, nothing outside the session, each minute once", () => {
    const { all } = collect(
      [[row("160000", 1, 900), row("153000", 1, 800), row("152500", 0, 700), row("151900", 1, 700)], "16:00"],
      [[row("151900", 7, 700), row("090000", 1, 100)], "15:19"],
    );
    expect(all.bars(minutes, at("15:19")).map(({ time, volume }) => [kstTime(time), volume])).toEqual([
      ["090000", 1],
      ["151900", 1],
    ]);
    expect(all.bars(minutes, at("15:30")).at(-1)!.time).toBe(at("15:30"));
  });

  test.each([
    ["a high below the close", { stck_hgpr: "99" }, "output2[0].stck_hgpr"],
    ["a low above the open", { stck_lwpr: "101", stck_hgpr: "101" }, "output2[0].stck_lwpr"],
    ["a price of zero", { stck_oprc: "0" }, "output2[0].stck_oprc"],
    ["a blank price", { stck_prpr: " " }, "output2[0].stck_prpr"],
    ["a volume that is no number", { cntg_vol: "many" }, "output2[0].cntg_vol"],
    ["a blank volume", { cntg_vol: "" }, "output2[0].cntg_vol"],
    ["half a share", { cntg_vol: "1.5" }, "output2[0].cntg_vol"],
    ["a negative volume", { cntg_vol: "-3" }, "output2[0].cntg_vol"],
  ])("%s is a KisSchemaError that names its place", (_, broken, path) => {
    const { all } = collect([[row("090000", 1, 100, broken)], "09:00"]);
    const read = () => all.bars(minutes, at("09:00"));
    expect(read).toThrow(KisSchemaError);
    expect(read).toThrow(expect.objectContaining({ path }));
    // What is not published is not judged.
    expect(all.bars(minutes, at("09:00") - MINUTE_MS)).toEqual([]);
  });

  test("a label off the minute beside its minute is an echo", () => {
    const { all } = collect([[row("090011", 9, 900), row("090000", 1, 100)], "09:00"]);
    expect(all.bars(minutes, at("09:00")).map(({ volume }) => volume)).toEqual([1]);
  });

  test("a minute without data, or off its label, is unknown unless the turnover shows that nothing was traded", () => {
    const void_ = "-9223372036854775808";
    const unread = (...rows: WireRow[]) =>
      collect([[...rows, row("090000", 1, 100)], "09:03"])
        .all.unreadable(minutes, at("09:03"))
        .map(kstTime);
    expect(unread(row("090200", 1, 200), row("090100", void_, 100))).toEqual([]);
    expect(unread(row("090200", 1, 200), row("090100", void_, 0))).toEqual([]);
    expect(unread(row("090200", 1, 900), row("090100", void_, 800))).toEqual(["090100"]);
    expect(unread(row("090100", void_, 800))).toEqual(["090100"]);
    expect(unread(row("090200", 1, 900), row("090111", 7, 800))).toEqual(["090100"]);
    expect(unread(row("090111", 0, 100))).toEqual([]);
    expect(unread(row("090111", 7, 800), row("090100", 7, 800))).toEqual([]);
  });

  test("padding, signs and commas are read, unknown fields are not minded, one row may come as an object", () => {
    const odd = { ...row(" 090000 ", " 1,000 ", 100_000, { stck_prpr: "+100 " }), new_field: { deep: [1] } };
    const read = readMinutePage({ output1: [], output2: odd, extra: 1 });
    expect(read.rows).toEqual([expect.objectContaining({ time: at("09:00"), volume: 1000, close: 100 })]);
    expect(read.price).toBeUndefined();
    expect(readMinutePage({}).rows).toEqual([]);
  });
});

test("any day, cut into any pages by either endpoint's rules, comes out as it was traded", () => {
  const session = minutes.slice(0, 90);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 90, maxLength: 90 }),
      fc.constantFrom(true, false),
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 0, max: 89 }),
      (volumes, echoes, size, firstAt) => {
        let total = 0;
        const traded = session.flatMap((time, index) => {
          total += volumes[index]! * 100;
          return [{ time, volume: volumes[index]!, total }];
        });
        // Beyond the open lies the day before: dated so on 0230, under today's date on 0200.
        const before = Array.from({ length: size }, (_, index) =>
          row(
            kstTime(at("15:30") - index * MINUTE_MS),
            77,
            77_700,
            echoes ? {} : { stck_bsop_date: "20261119" },
          ),
        );
        const rowsAt = (asked: number): object[] => {
          const own = traded
            .filter(({ time, volume }) => time <= asked && (echoes || volume > 0))
            .map(({ time, volume, total }) => row(kstTime(time), volume, total))
            .reverse();
          const rows = [...own, ...before].slice(0, size);
          return echoes
            ? [
                row(kstTime(asked), 999, 99_900),
                ...rows.filter((one) => "stck_cntg_hour" in one && one.stck_cntg_hour !== kstTime(asked)),
              ].slice(0, size)
            : rows;
        };
        const first = session[firstAt]!;
        const pages = new MinutePages({ day, first, echoes });
        let label = session.at(-1)! + (echoes ? MINUTE_MS : 0);
        for (let calls = 0; ; calls++) {
          expect(calls).toBeLessThan(100);
          const outcome = pages.add(page(rowsAt(label)), label);
          if (outcome.kind !== "more") {
            expect(outcome.kind).toBe("covered");
            break;
          }
          label = outcome.next;
        }
        let accVolume = 0;
        const expected = traded
          .filter(({ time, volume }) => time >= first && volume > 0)
          .map(({ time, volume }) => ({ time, volume, accVolume: (accVolume += volume) }));
        const bars = pages.bars(session.slice(firstAt), session.at(-1)!);
        expect(bars.map(({ time, volume, accVolume }) => ({ time, volume, accVolume }))).toEqual(expected);
        for (const { volume, turnover } of bars) expect(turnover ?? volume * 100).toBe(volume * 100);
      },
    ),
  );
});

describe("finality", () => {
  test("the closing auction settles by proof, or late enough", () => {
    const closing = closingMinute(krx.session(day)!.windows)!;
    expect(closing).toBe(at("15:30"));
    const settled = (time: string, volume: number | undefined, hasPlaceholders: boolean, addsUp = false) =>
      isClosingSettled({ closing, asOf: at(time), volume, addsUp, hasPlaceholders });
    expect(settled("15:31:10", 5, false)).toBe(true);
    expect(settled("15:31:10", undefined, false)).toBe(false);
    expect(settled("16:00:00", undefined, false)).toBe(true);
    expect(settled("15:31:10", undefined, false, true)).toBe(true);
    expect(settled("15:59:59", 5, true)).toBe(false);
    expect(settled("16:00:00", 5, true)).toBe(true);
    expect(settled("16:00:00", 0, true)).toBe(false);
    expect(settled("18:00:00", 0, true)).toBe(true);
    expect(settled("15:31:10", 0, true, true)).toBe(true);
    expect(closingMinute(krx.session(day, { venue: "NXT" })!.windows)).toBeUndefined();
  });
});

describe("minuteBars, where KIS answers oddly", () => {
  const now = kstInstant(day, "18:30");
  const answering = (pages: (trId: string, asked: string) => object) => {
    const clock = createManualClock(now);
    const calls: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const url = new URL(new Request(input).url);
      if (url.pathname === "/oauth2/tokenP")
        return Response.json({ access_token: "t".repeat(30), expires_in: 86400 });
      const trId = new Headers(init?.headers).get("tr_id") ?? "";
      calls.push(trId);
      return Response.json({
        rt_cd: "0",
        msg_cd: "MCA00000",
        ...pages(trId, url.searchParams.get("FID_INPUT_HOUR_1") ?? ""),
      });
    };
    return { client: clientOf({ fetch, clock }, { clock }), calls };
  };

  test("no rows and no price: an unknown symbol", async () => {
    const { client } = answering(() => ({ output1: { stck_prpr: "0" }, output2: [] }));
    await expect(client.minuteBars({ symbol: "005930" })).rejects.toMatchObject({
      name: "KisApiError",
      code: "kis_api",
    });
  });

  test("no rows, and a daily bar without a trade: complete and empty", async () => {
    const { client, calls } = answering((trId) =>
      trId === "FHKST03010100"
        ? { output1: {}, output2: [] }
        : { output1: { stck_prpr: "100" }, output2: [] },
    );
    expect(await client.minuteBars({ symbol: "005930", tradingDay: "2026-11-19" })).toMatchObject({
      bars: [],
      complete: true,
      calls: 2,
    });
    expect(calls).toEqual(["FHKST03010230", "FHKST03010100"]);
  });

  test("no rows, though the daily bar shows trades: incomplete, and it says why", async () => {
    const daily = {
      stck_bsop_date: "20251119",
      stck_oprc: "1",
      stck_hgpr: "1",
      stck_lwpr: "1",
      stck_clpr: "1",
      acml_vol: "9",
      acml_tr_pbmn: "9",
    };
    const { client } = answering((trId) =>
      trId === "FHKST03010100"
        ? { output1: {}, output2: [daily] }
        : { output1: { stck_prpr: "100" }, output2: [] },
    );
    const failed = client.minuteBars({ symbol: "005930", tradingDay: "2025-11-19" });
    await expect(failed).rejects.toBeInstanceOf(IncompleteDataError);
    await expect(failed).rejects.toThrow(/one year/);
  });

  test("only rows of an earlier day: complete and empty", async () => {
    const { client } = answering(() => ({
      output1: { stck_prpr: "100" },
      output2: [row("153000", 4, 400, { stck_bsop_date: "20261118" })],
    }));
    expect(await client.minuteBars({ symbol: "005930", tradingDay: "2026-11-19" })).toMatchObject({
      bars: [],
      complete: true,
      calls: 1,
    });
  });

  test("rows that add up to more than today's volume are of another day: refused", async () => {
    const rows = [row("090100", 60, 12_000), row("090000", 60, 6000)];
    const quote = { stck_prpr: "100", acml_vol: "119", acml_tr_pbmn: "11900" };
    const { client } = answering(() => ({ output1: quote, output2: rows }));
    await expect(client.minuteBars({ symbol: "005930" })).rejects.toBeInstanceOf(KisSchemaError);
    const exact = answering(() => ({ output1: { ...quote, acml_vol: "120" }, output2: rows }));
    expect(await exact.client.minuteBars({ symbol: "005930" })).toMatchObject({ complete: true });
  });

  test("pages without end are cut off with an error, not short", async () => {
    const { client, calls } = answering((_, asked) => ({
      output1: { stck_prpr: "100" },
      output2: [row(asked, 1, 900)],
    }));
    await expect(client.minuteBars({ symbol: "005930" })).rejects.toBeInstanceOf(IncompleteDataError);
    expect(calls.length).toBeLessThan(10);
  });

  test("a date header behind our clock holds back what it has not left", async () => {
    const clock = createManualClock(kstInstant(day, "10:36:30"));
    const rows = minutes
      .filter((minute) => minute <= at("10:36"))
      .map((minute, index) => row(kstTime(minute), 1, (index + 1) * 100))
      .reverse();
    const fetch: typeof globalThis.fetch = async (input) =>
      Response.json(
        new Request(input).url.includes("tokenP")
          ? { access_token: "t".repeat(30), expires_in: 86400 }
          : { rt_cd: "0", output1: { stck_prpr: "100" }, output2: rows },
        { headers: { date: new Date(at("10:35:05")).toUTCString() } },
      );
    const answer = await clientOf({ fetch, clock }, { clock }).minuteBars({ symbol: "005930" });
    expect(kstTime(answer.through)).toBe("103300");
    expect(answer.bars.at(-1)!.time).toBe(answer.through);
  });
});

const recordings = process.env["HANTOO_RECORDINGS"];
test.runIf(recordings !== undefined)("the recorded two days of 2025-09 come out exactly", async () => {
  const file = join(
    recordings!,
    "kis/01-dailychartprice-FHKST03010230-005930-20250916-1036KST-RECORDED.json",
  );
  const { output1, output2 } = (
    JSON.parse(readFileSync(file, "utf8")) as { payload: { output1: object; output2: WireRow[] } }
  ).payload;
  const newestFirst = [...output2].sort((a, b) =>
    a.stck_bsop_date + a.stck_cntg_hour < b.stck_bsop_date + b.stck_cntg_hour ? 1 : -1,
  );
  const clock = createManualClock(kstInstant("2025-09-16", "10:36:30"));
  const fetch: typeof globalThis.fetch = async (input) => {
    const query = new URL(new Request(input).url).searchParams;
    if (!query.has("FID_INPUT_DATE_1"))
      return Response.json({ access_token: "t".repeat(30), expires_in: 86400 });
    const from = `${query.get("FID_INPUT_DATE_1")}${query.get("FID_INPUT_HOUR_1")}`;
    const rows = newestFirst.filter((one) => one.stck_bsop_date + one.stck_cntg_hour <= from).slice(0, 120);
    return Response.json({ rt_cd: "0", output1, output2: rows });
  };
  const client = clientOf({ fetch, clock }, { clock });
  const today = await client.minuteBars({ symbol: "005930" });
  const of = (date: string) => newestFirst.filter((one) => one.stck_bsop_date === date).reverse();
  // The forming bar of 10:36 is the only row left out.
  expect(today.bars.map(({ time }) => kstTime(time))).toEqual(
    of("20250916")
      .slice(0, -1)
      .map((one) => one.stck_cntg_hour),
  );
  expect(today).toMatchObject({ complete: false, calls: 1, previousClose: 76_500 });
  expect(kstTime(today.through)).toBe("103500");
  const wire = of("20250916").slice(0, -1);
  expect(today.bars.at(-1)!.accVolume).toBe(wire.reduce((sum, one) => sum + Number(one.cntg_vol), 0));
  today.bars.forEach((bar, index) => {
    expect(kstDay(bar.time)).toBe("2025-09-16");
    const total =
      Number(wire[index]!.acml_tr_pbmn) - (index === 0 ? 0 : Number(wire[index - 1]!.acml_tr_pbmn));
    expect(bar.turnover).toBe(total);
    expect(bar.turnover! / bar.volume).toBeGreaterThanOrEqual(bar.low);
    expect(bar.turnover! / bar.volume).toBeLessThanOrEqual(bar.high);
  });

  const from = kstInstant("2025-09-15", "13:22");
  const yesterday = await client.minuteBars({ symbol: "005930", tradingDay: "2025-09-15", from });
  const labels = yesterday.bars.map(({ time }) => kstTime(time));
  expect(labels).toEqual(
    of("20250915")
      .slice(1)
      .map((one) => one.stck_cntg_hour),
  );
  expect(labels.slice(-2)).toEqual(["151900", "153000"]);
  expect(yesterday.bars.at(-1)).toMatchObject({
    open: 76_500,
    close: 76_500,
    volume: 1_846_000,
    turnover: 1_846_000 * 76_500,
  });
  expect(yesterday.bars.every(({ turnover }) => turnover !== undefined)).toBe(true);
  expect(yesterday).toMatchObject({ complete: true, calls: 1 });
});

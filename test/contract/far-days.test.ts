import {
  HantooKlineLogger,
  MemoryStore,
  backfill,
  buildColumns,
  compact,
  coverage,
  exportParquet,
  kstInstant,
  planBackfill,
  readBars,
  readColumns,
  readDaily,
  readDailyTable,
  readKlines,
} from "hantoo";
import { createKisSimulator } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { clientOf, clockOf } from "../kis/unpaced.js";
import { outcomeOfAsync } from "../support/fuzz.js";

// A day that is written as one should be, and of which nobody knows anything.
const FAR = ["0000-01-01", "0001-01-01", "1999-12-31", "2028-02-29", "9999-12-30", "9999-12-31"];
const simulator = createKisSimulator({
  now: kstInstant("2026-11-20", "20:30"),
  symbols: ["005930"],
  limits: false,
});
const client = clientOf(simulator);
const clock = clockOf(simulator);
const store = new MemoryStore();
const symbol = "005930";
const symbols = [symbol];

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

/** Whoever rests on the calendar refuses what it does not know. */
const refusing: Readonly<Record<string, (day: string) => Promise<unknown>>> = {
  readBars: (day) => all(readBars({ store, symbol, from: day, to: day })),
  readKlines: (day) => all(readKlines({ store, from: day, to: day })),
  readColumns: (day) => readColumns({ store, from: day, to: day }),
  readDaily: (day) => all(readDaily({ store, symbol, from: day, to: day })),
  readDailyTable: (day) => readDailyTable({ store, symbols, from: day, to: day }),
  buildColumns: (day) => buildColumns({ store, from: day, to: day }),
  compact: (day) => compact({ store, tradingDay: day }),
  exportParquet: (day) => exportParquet({ store, from: day, to: day, out: "never-written" }),
  sync: (day) => new HantooKlineLogger({ client, store, symbols, clock }).sync({ tradingDay: day }),
};

describe.each(Object.entries(refusing))("%s", (_, ask) => {
  test.each(FAR)("does not know %s", async (day) => {
    await expect(ask(day)).rejects.toMatchObject({ code: "calendar_range", day });
  });
});

/** Whoever tells of each day, or asks KIS, has an answer or an error that says what is wrong. */
const answering: Readonly<Record<string, (day: string) => Promise<unknown>>> = {
  minuteBars: (day) => client.minuteBars({ symbol, tradingDay: day }),
  "dailyBars by week": (day) => client.dailyBars({ symbol, from: day, to: day, period: "W" }),
  "dailyBars by month": (day) => client.dailyBars({ symbol, from: day, to: day, period: "M" }),
  "dailyBars by year": (day) => client.dailyBars({ symbol, from: day, to: day, period: "Y" }),
  "dailyBars to": (day) =>
    client.dailyBars({ symbol, from: day < "2" ? day : "2026-01-01", to: day, period: "Y" }),
  indexBars: (day) => client.indexBars({ index: "0001", from: day, to: day, period: "D" }),
  holidays: (day) => client.holidays(day),
  "holidays to": (day) => client.holidays(day, { to: day }),
  tradingDay: (day) => client.tradingDay(day),
  corporateActions: (day) => client.corporateActions({ kind: "split", from: day, to: day }),
};

describe.each(Object.entries(answering))("%s", (_, ask) => {
  test.each(FAR)("answers for %s, or says why not", async (day) => {
    await outcomeOfAsync(() => ask(day));
  });
});

test.each(FAR)("coverage has an unknown row for %s, a plan and a backfill a skip", async (day) => {
  const range = { store, from: day, to: day, symbols, clock };
  const row = { tradingDay: day, status: "unknown", expected: 0 };
  expect((await coverage(range)).days).toMatchObject([row]);
  expect(await all(coverage({ ...range, rows: "stream" }))).toMatchObject([row]);
  const targets = [{ symbol, tradingDay: day }];
  expect((await planBackfill({ store, targets, clock })).totals).toMatchObject({ fetch: 0, skip: 1 });
  expect(await all(backfill({ client, store, targets, clock }))).toMatchObject([{ status: "skipped" }]);
});

test("coverage ends with the last day that can be written, one row a day", async () => {
  const { days } = await coverage({ store, from: "9999-12-28", to: "9999-12-31", symbols, clock });
  expect(days.map(({ tradingDay }) => tradingDay)).toEqual([
    "9999-12-28",
    "9999-12-29",
    "9999-12-30",
    "9999-12-31",
  ]);
});

test("rows of a long range come as they are told, none is waited for", async () => {
  const rows = coverage({ store, from: "2026-11-20", to: "9999-12-31", symbols, rows: "stream", clock });
  const { value } = await rows.next();
  expect(value).toMatchObject({ tradingDay: "2026-11-20", status: "missing" });
  await rows.return();
});

test("holidays ends with the last day that can be written", async () => {
  const days = await client.holidays("9999-12-20");
  expect(days.map(({ day }) => day)).toEqual(
    Array.from({ length: 12 }, (_, count) => `9999-12-${20 + count}`),
  );
});

import { expect, test } from "vitest";
import { MemoryStore } from "../../../src/storage/index.js";
import { at, expectRows, setUp, storedRows, wholeDay } from "../logger-setup.js";

/** Notes which objects of lines are fetched whole. */
class NotingStore extends MemoryStore {
  readonly whole: string[] = [];
  override get(...[key, options]: Parameters<MemoryStore["get"]>): ReturnType<MemoryStore["get"]> {
    if (options?.range === undefined && key.endsWith(".zstd")) this.whole.push(key);
    return super.get(key, options);
  }
}

async function wholeMarket(provenance?: string) {
  const store = new NotingStore();
  const setup = setUp(at("18:00"), { store });
  const client = { ...setup.source, ...(provenance === undefined ? {} : { provenance }) };
  const logger = (symbols: readonly string[]) => setup.another({ client, symbols });
  await logger(setup.symbols).sync();
  store.whole.length = 0;
  setup.source.requests.length = 0;
  return { ...setup, store, loggerOf: logger };
}

test("a sync of a few symbols does not read the market's day", async () => {
  const { store, symbols, source, loggerOf } = await wholeMarket("kis-live");
  const report = await loggerOf(["0001A0"]).sync();
  expect(report.coverage.total).toMatchObject({ expected: 381, have: 381 });
  expect(store.whole).toEqual([]);
  expect(source.requests).toEqual([]);
  // Read again in full, compared with what the columns hold: nothing differs.
  const again = await loggerOf(["0001A0"]).sync({ reread: true });
  expect(again).toMatchObject({ uploaded: [], revised: [], unchanged: 381 });
  expectRows(await storedRows(store), wholeDay(symbols));
});

test.each([
  ["no trade of theirs says that there was a session", "H00030", "kis-live"],
  ["the columns do not say whether their cells were proved", "0001A0", undefined],
] as const)("but does where %s", async (_, symbol, provenance) => {
  const { store, source, loggerOf } = await wholeMarket(provenance);
  const { coverage, calendarConflicts } = await loggerOf([symbol]).sync();
  expect(coverage.total).toMatchObject({ expected: 381, have: 381 });
  expect(calendarConflicts).toEqual([]);
  expect(store.whole.length).toBeGreaterThan(0);
  expect(source.requests).toEqual([]);
});

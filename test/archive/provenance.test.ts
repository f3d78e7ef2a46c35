import { describe, expect, test } from "vitest";
import { ConfigError, MemoryStore, type ObjectStore, compact, krx } from "hantoo";
import {
  checkProvenance,
  createKlineStore,
  joinSources,
  kindsOf,
  readProvenance,
} from "../../src/archive/index.js";
import { DAY, EVENING, bar, emptyDay, fixedClock } from "../kline/day-samples.js";

const PREFIX = "hantoo-stock-kline-1m";

async function write(store: ObjectStore, provenance: string | undefined, at: number): Promise<string> {
  const table = emptyDay();
  table.set("005930", at, bar(100 + at));
  const klineStore = createKlineStore({ store, clock: fixedClock(), ...(provenance && { provenance }) });
  const [object] = await klineStore.write(table, { retrieval: EVENING + at * 1000 });
  return object!.key;
}

describe("where bars come from", () => {
  test.each([
    [[], "unknown"],
    [["kis-live"], "kis-live"],
    [["kis-live", "kis-live"], "kis-live"],
    [["kis-live", "kis-paper"], "mixed"],
    [["mixed", "kis-paper"], "mixed"],
    [["kis-live", undefined], "kis-live+unknown"],
    [["simulator", "kis-live"], "kis-live+simulator"],
    [["kis-live+simulator", "kis-live"], "kis-live+simulator"],
    [["host:a", "host:b"], "host:a+host:b"],
  ])("%j together are %s", (sources, joined) => expect(joinSources(sources)).toBe(joined));

  test.each([
    ["kis-live", ["kis"]],
    ["mixed", ["kis"]],
    ["simulator", ["simulator"]],
    ["host:a", ["host:a"]],
    ["unknown", []],
    ["kis-live+simulator+unknown", ["kis", "simulator"]],
  ])("%s is of the kinds %j", (source, kinds) => expect(kindsOf(source)).toEqual(kinds));

  test("every object says it, a compacted one of all its sources, and a prefix is asked without reading bars", async () => {
    const inner = new MemoryStore();
    await write(inner, undefined, 0);
    const live = await write(inner, "kis-live", 1);
    const paper = await write(inner, "kis-paper", 2);
    let bytes = 0;
    const store: ObjectStore = {
      get: async (key, options) => {
        const read = await inner.get(key, options);
        bytes += read?.length ?? 0;
        return read;
      },
      put: (...how) => inner.put(...how),
      list: (prefix) => inner.list(prefix),
      delete: (key) => inner.delete(key),
      size: (key) => inner.size(key),
      conditionalWrites: async () => true,
    };
    expect(await readProvenance({ store, prefix: PREFIX })).toEqual([
      { source: "unknown", key: expect.any(String) as string },
      { source: "kis-live", key: live },
      { source: "kis-paper", key: paper },
    ]);
    expect(bytes).toBeLessThan(3 * 1024 + 1);
    await compact({ store: inner, tradingDay: DAY, deleteSources: true });
    expect(await readProvenance({ store: inner, prefix: PREFIX })).toMatchObject([
      { source: "kis-live+kis-paper+unknown" },
    ]);
    expect(await readProvenance({ store: inner, prefix: "another" })).toEqual([]);
  });

  test("a compacted day of hundreds of sources is asked as well, also where a store knows no ranges", async () => {
    const inner = new MemoryStore();
    for (let at = 0; at < 381; at++) await write(inner, "simulator", at);
    await compact({ store: inner, tradingDay: DAY, deleteSources: true });
    const plain: ObjectStore = {
      get: (key) => inner.get(key),
      put: (...how) => inner.put(...how),
      list: (prefix) => inner.list(prefix),
      delete: (key) => inner.delete(key),
    };
    for (const store of [inner, plain])
      expect(await readProvenance({ store, prefix: PREFIX })).toMatchObject([{ source: "simulator" }]);
  });

  test("of a prefix of years the newest object of each day is asked, a year of them", async () => {
    const inner = new MemoryStore();
    const bytesOf = async (provenance: string): Promise<Uint8Array> => {
      const other = new MemoryStore();
      return (await other.get(await write(other, provenance, 0)))!;
    };
    const [live, invented] = [await bytesOf("kis-live"), await bytesOf("simulator")];
    const days = krx.tradingDays("2024-11-20", DAY).map((day) => day.replaceAll("-", ""));
    const keyOf = (day: string, minute: string, second: number): string =>
      `${PREFIX}/${day}${minute}00_${day}${minute}00_J_${day}1600${String(second).padStart(2, "0")}.jsonl.zstd`;
    for (const day of days) {
      // By key the other one comes last; by upload it was first.
      await inner.put(keyOf(day, "0900", 2), live);
      await inner.put(keyOf(day, "0901", 1), live);
    }
    const asked = new Set<string>();
    const store: ObjectStore = {
      get: (key, options) => (asked.add(key), inner.get(key, options)),
      put: (...how) => inner.put(...how),
      list: (prefix) => inner.list(prefix),
      delete: (key) => inner.delete(key),
      size: (key) => inner.size(key),
    };
    const check = (): Promise<void> => checkProvenance({ store, prefix: PREFIX, source: "kis-live" });
    await check();
    expect([...asked].sort()).toEqual(days.slice(-256).map((day) => keyOf(day, "0900", 2)));
    const key = keyOf(days.at(-200)!, "0902", 3);
    await inner.put(key, invented);
    await expect(check()).rejects.toThrow(key);
  });

  test.each([
    ["kis-live", "kis-paper", undefined, true],
    ["kis-live", "simulator", undefined, false],
    ["simulator", "kis-live", undefined, false],
    ["kis-live", "simulator", ["simulator"], true],
    ["host:a", "host:b", undefined, false],
    ["host:a", "host:b", ["host:b"], true],
    ["kis-live", undefined, undefined, true],
    ["unknown", "simulator", undefined, true],
  ] as const)(
    "a writer of %s where bars of %s lie, accepting %j: %s",
    async (source, stored, accept, passes) => {
      const store = new MemoryStore();
      const key = await write(store, stored, 0);
      const checked = checkProvenance({ store, prefix: PREFIX, source, accept });
      if (passes) return expect(checked).resolves.toBeUndefined();
      await expect(checked).rejects.toThrow(ConfigError);
      await expect(checked).rejects.toThrow(key);
      await expect(checked).rejects.toThrow("acceptProvenance");
    },
  );
});

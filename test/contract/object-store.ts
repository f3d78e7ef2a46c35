import { type ObjectStore, ConfigError, StorageConflictError } from "hantoo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noise } from "../support/noise.js";

/** A kind of store to be tested: `open` gives another handle to the same, at first empty, place. */
export interface StoreUnderTest {
  readonly open: () => ObjectStore;
  readonly close?: () => Promise<void>;
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const keysOf = async (store: ObjectStore, prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
};

const ODD_KEYS = [
  "a b  c/ d",
  "plus+and%2Fpercent%",
  "삼성전자/보통주.jsonl.zstd",
  "form/\u00e9",
  "form/e\u0301",
  "astral/\u{1f600}",
  "astral/\uffee",
  "#&=;@$,!()'[]{}^`~",
  "auxiliary/console.nul/com/lpt10",
  "..two/...three/.hidden/a..b",
  "-dash/--",
  "CASE/Key",
  "CASE/key2",
  "hantoo-stock-kline-1m/20261120090000_20261120153000_J_20261120160000.jsonl.zstd",
  `${"long".repeat(50)}/${"deep/".repeat(100)}end`,
];
const BAD_KEYS = [
  "",
  "/",
  "/absolute",
  "folder/",
  "two//slashes",
  ".",
  "..",
  "../outside",
  "a/../b",
  "a/./b",
  "a/..",
  "nul\0",
  "line\nbreak",
  "..\\outside",
  "C:\\outside",
  // What Windows cannot hold.
  "aux",
  "a/NUL.json",
  "com1.jsonl.zstd/b",
  "a:b",
  "a?b",
  "a*",
  'a"b',
  "a<b",
  "a>b",
  "a|b",
  "a ",
  "a /b",
  "a.",
  "half \ud800 pair",
  ".hantoo-tmp-1",
  "a/.hantoo-tmp-1/b",
  "x".repeat(1025),
  "\uac00".repeat(342),
  5930,
  undefined,
  null,
];

/** What every {@link ObjectStore} promises. */
export function objectStoreContract(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`${name} is an object store`, () => {
    let under: StoreUnderTest;
    let store: ObjectStore;
    beforeAll(async () => {
      under = await start();
      store = under.open();
    });
    afterAll(async () => under.close?.());

    test("an empty one lists nothing, gives undefined, and deletes without a word", async () => {
      expect(await keysOf(store, "")).toEqual([]);
      expect(await store.get("nothing/here")).toBeUndefined();
      await store.delete("nothing/here");
    });

    test("it can be verified and says that ifAbsent is decided in one step, leaving nothing visible", async () => {
      await store.verify?.();
      expect(await store.conditionalWrites?.()).toBe(true);
      expect(await keysOf(store, "")).toEqual([]);
    });

    test("gives back what was put, also from another handle", async () => {
      await store.put("plain/one", bytesOf("first"));
      expect(await under.open().get("plain/one")).toEqual(bytesOf("first"));
      await store.put("plain/one", bytesOf("2"));
      expect(await under.open().get("plain/one")).toEqual(bytesOf("2"));
      await under.open().delete("plain/one");
      expect(await store.get("plain/one")).toBeUndefined();
    });

    test.each([0, 1, 255, 8 * 1024 * 1024])("keeps %i bytes exactly", async (length) => {
      const bytes = noise(length, length);
      await store.put("size", bytes);
      const read = await under.open().get("size");
      expect(read?.constructor).toBe(Uint8Array);
      expect(Buffer.compare(read!, bytes)).toBe(0);
    });

    test("gives a part of an object, short where it ends before, and says its size", async () => {
      const bytes = noise(1000, 1);
      await store.put("of/part", bytes);
      const part = (offset: number, length: number) =>
        under.open().get("of/part", { range: { offset, length } });
      for (const [offset, length] of [
        [0, 1],
        [0, 1000],
        [0, 5000],
        [10, 90],
        [999, 1],
        [990, 100],
        [1000, 1],
        [5000, 10],
      ] as const) {
        const read = await part(offset, length);
        expect(read, `${offset}+${length}`).toEqual(bytes.slice(offset, offset + length));
        expect(read?.buffer.byteLength).toBe(read?.byteLength);
      }
      expect(await store.get("of/nothing", { range: { offset: 0, length: 1 } })).toBeUndefined();
      expect(await store.size?.("of/part")).toBe(1000);
      expect(await store.size?.("nothing")).toBeUndefined();
      await store.put("of/empty", new Uint8Array());
      expect(await store.get("of/empty", { range: { offset: 0, length: 9 } })).toEqual(new Uint8Array());
      expect(await store.size?.("of/empty")).toBe(0);
      for (const range of [
        { offset: -1, length: 1 },
        { offset: 0, length: 0 },
        { offset: 0.5, length: 1 },
        7,
      ])
        await expect(store.get("of/part", { range: range as never })).rejects.toThrow(ConfigError);
    });

    test("deletes many at once, those that are not there among them", async () => {
      const keys = [...ODD_KEYS, ...Array.from({ length: 1100 }, (_, n) => `n${n}`)].map(
        (key) => `gone/${key}`,
      );
      for (let at = 0; at < keys.length; at += 50)
        await Promise.all(keys.slice(at, at + 50).map((key) => store.put(key, bytesOf("x"))));
      await store.put("stays", bytesOf("x"));
      await store.deleteAll?.([...keys, "gone/never"]);
      expect(await keysOf(under.open(), "gone/")).toEqual([]);
      expect(await store.get("stays")).toBeDefined();
      await expect(store.deleteAll?.(["stays", "../outside"])).rejects.toThrow(ConfigError);
      expect(await store.get("stays")).toBeDefined();
      await store.deleteAll?.([]);
    });

    test("keeps no hold of the caller's memory, nor gives away its own", async () => {
      const bytes = bytesOf("mine");
      const window = bytes.subarray(1, 3);
      const put = store.put("memory", window);
      bytes.fill(0);
      await put;
      const read = await store.get("memory");
      expect(read).toEqual(bytesOf("in"));
      expect(read!.buffer.byteLength).toBe(2);
      read!.fill(0);
      expect(await store.get("memory")).toEqual(bytesOf("in"));
    });

    test("ifAbsent writes once and leaves what is there alone", async () => {
      await store.put("once", bytesOf("a"), { ifAbsent: true });
      const again = under.open().put("once", bytesOf("b"), { ifAbsent: true });
      await expect(again).rejects.toThrow(StorageConflictError);
      await expect(again).rejects.toMatchObject({ code: "storage_conflict", operation: "put", key: "once" });
      // The same bytes conflict as well: a winner must be able to know that it is one.
      await expect(store.put("once", bytesOf("a"), { ifAbsent: true })).rejects.toThrow(StorageConflictError);
      expect(await store.get("once")).toEqual(bytesOf("a"));
      await store.delete("once");
      await store.put("once", bytesOf("c"), { ifAbsent: true });
      expect(await store.get("once")).toEqual(bytesOf("c"));
    });

    test("of 16 racing ifAbsent writers exactly one wins, every time", async () => {
      for (let round = 0; round < 5; round++) {
        const writers = Array.from({ length: 16 }, (_, writer) =>
          under.open().put(`race/${round}`, noise(10_000 + writer, writer), { ifAbsent: true }),
        );
        const outcomes = await Promise.allSettled(writers);
        const winners = outcomes.flatMap(({ status }, writer) => (status === "fulfilled" ? [writer] : []));
        expect(winners).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(StorageConflictError);
        }
        expect(await store.get(`race/${round}`)).toEqual(noise(10_000 + winners[0]!, winners[0]!));
      }
    });

    test("a reader beside racing overwriters never sees a torn or missing object", async () => {
      const version = (n: number): Uint8Array => new Uint8Array(50_000 + n).fill(n);
      await store.put("torn", version(0));
      const writers = { left: 4 };
      const write = async (writer: number): Promise<void> => {
        try {
          for (let n = 0; n < 8; n++) await store.put("torn", version(writer * 8 + n));
        } finally {
          writers.left--;
        }
      };
      const written = Promise.all([0, 1, 2, 3].map(write));
      let reads = 0;
      while (writers.left > 0) {
        const read = (await under.open().get("torn"))!;
        expect(Buffer.compare(read, version(read.length - 50_000))).toBe(0);
        reads++;
      }
      await written;
      expect(reads).toBeGreaterThan(0);
    });

    test("holds odd keys apart and lists them in the order of their UTF-16 code units", async () => {
      for (const [at, key] of ODD_KEYS.entries()) await store.put(`odd/${key}`, bytesOf(String(at)));
      expect(await keysOf(store, "odd/")).toEqual(ODD_KEYS.map((key) => `odd/${key}`).sort());
      for (const [at, key] of ODD_KEYS.entries()) {
        expect(await under.open().get(`odd/${key}`)).toEqual(bytesOf(String(at)));
      }
    });

    test("a prefix is the beginning of a text, not a folder", async () => {
      const keys = ["p/a-1", "p/a/1", "p/a/2/3", "p/a0", "p/ab", "p/b", "pp"];
      for (const key of keys) await store.put(key, bytesOf(key));
      const starting = (prefix: string): string[] => keys.filter((key) => key.startsWith(prefix));
      for (const prefix of [
        "p",
        "p/",
        "p/a",
        "p/a/",
        "p/a/2",
        "p/a/2/3",
        "p/a/2/3/",
        "p/a/2/34",
        "p/c",
        "q",
        "P",
      ]) {
        expect(await keysOf(store, prefix), prefix).toEqual(starting(prefix));
      }
      expect(starting("p/a")).toEqual(["p/a-1", "p/a/1", "p/a/2/3", "p/a0", "p/ab"]);
    });

    test("lists 1,200 keys: every one, once, ascending", async () => {
      const keys = Array.from({ length: 1200 }, (_, n) => `many/${n % 7}/${n}`);
      for (let at = 0; at < keys.length; at += 50) {
        await Promise.all(keys.slice(at, at + 50).map((key) => store.put(key, bytesOf("x"))));
      }
      expect(await keysOf(under.open(), "many/")).toEqual(keys.sort());
    });

    test.each(BAD_KEYS)("refuses the key %j before it does anything", async (key) => {
      const bad = key as string;
      await expect(store.get(bad)).rejects.toThrow(ConfigError);
      await expect(store.put(bad, bytesOf("x"))).rejects.toThrow(ConfigError);
      await expect(store.put(bad, bytesOf("x"), { ifAbsent: true })).rejects.toThrow(ConfigError);
      await expect(store.delete(bad)).rejects.toThrow(ConfigError);
    });

    test.each(["/", "a//", "../", "a/../b", "nul\0", 1])("refuses the prefix %j", async (prefix) => {
      await expect(keysOf(store, prefix as string)).rejects.toThrow(ConfigError);
    });

    test("refuses what is no bytes", async () => {
      for (const bad of ["text", [1], new ArrayBuffer(1), undefined]) {
        await expect(store.put("bytes", bad as unknown as Uint8Array)).rejects.toThrow(ConfigError);
      }
    });
  });
}

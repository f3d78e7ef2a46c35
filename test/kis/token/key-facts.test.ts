import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  FileStore,
  MemoryStore,
  type TokenStore,
  createFileTokenStore,
  createMemoryTokenStore,
  createObjectTokenStore,
  silentLogger,
} from "hantoo";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createKeyFacts } from "../../../src/kis/token/index.js";

const key = { environment: "live", appKeyHash: "a".repeat(64) } as const;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hantoo-facts-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each<[string, () => TokenStore]>([
  ["memory", () => createMemoryTokenStore()],
  ["file", () => createFileTokenStore({ folder })],
  ["object", () => createObjectTokenStore(new MemoryStore())],
  ["object on files", () => createObjectTokenStore(new FileStore(folder))],
])("facts in the %s store", (_, open) => {
  test("come back whole, by key, host and name", async () => {
    const store = open();
    const facts = createKeyFacts(store, key, silentLogger);
    expect(await facts.recall("pace")).toBeUndefined();
    await facts.remember("pace", { ceiling: 15 });
    await facts.remember("pace", { ceiling: 17.5 });
    await facts.remember("holidays", ["2026-11-20"]);
    const next = createKeyFacts(store, key, silentLogger);
    expect(await next.recall("pace")).toEqual({ ceiling: 17.5 });
    expect(await next.recall("holidays")).toEqual(["2026-11-20"]);
    for (const other of [
      { ...key, environment: "paper" as const },
      { ...key, appKeyHash: "b".repeat(64) },
      { ...key, baseUrl: "http://127.0.0.1:1" },
    ]) {
      expect(await createKeyFacts(store, other, silentLogger).recall("pace")).toBeUndefined();
    }
    expect(await store.read(key)).toBeUndefined();
  });

  test.each(["", "token", "../pace", "Pace", "a/b", "x".repeat(33)])("refuse the name %o", async (name) => {
    const store = open();
    await expect((async () => store.remember?.(key, name, "1"))()).rejects.toMatchObject({ option: "name" });
    await expect((async () => store.recall?.(key, name))()).rejects.toMatchObject({ option: "name" });
  });
});

test("the file is closed to others, and one that others can write is not believed", async () => {
  const facts = createKeyFacts(createFileTokenStore({ folder }), key, silentLogger);
  await facts.remember("pace", { ceiling: 17 });
  const [name = ""] = readdirSync(folder);
  expect(name).toBe(`pace-live-${"a".repeat(32)}.json`);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, name), "utf8")).toBe('{"ceiling":17}');
  rmSync(join(folder, name));
  writeFileSync(join(folder, name), "{}", { mode: 0o666 });
  chmodSync(join(folder, name), 0o666);
  expect(await createKeyFacts(createFileTokenStore({ folder }), key, silentLogger).recall("pace")).toBe(
    undefined,
  );
});

test("a store that fails, or has no place for facts, costs the next process its knowledge and nothing else", async () => {
  const memory = createMemoryTokenStore();
  const plain: TokenStore = {
    read: (whose) => memory.read(whose),
    write: (token) => memory.write(token),
    exclusive: (whose, work) => memory.exclusive(whose, work),
  };
  const warned: object[] = [];
  const logger = { ...silentLogger, warn: (facts: object) => void warned.push(facts) };
  const broken: TokenStore = {
    ...plain,
    recall: () => Promise.reject(new Error("away with a secret")),
    remember: () => Promise.reject(new Error("away with a secret")),
  };
  const torn: TokenStore = { ...plain, recall: () => Promise.resolve('{"ceil') };
  for (const store of [plain, broken, torn]) {
    const facts = createKeyFacts(store, key, logger);
    await facts.remember("pace", 3);
    expect(await facts.recall("pace")).toBe(3);
  }
  expect(warned).toHaveLength(3);
  expect(JSON.stringify(warned)).not.toContain("secret");
});

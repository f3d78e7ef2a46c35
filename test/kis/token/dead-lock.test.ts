import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import type * as files from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileTokenStore } from "hantoo";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** Runs after each look of a process at a file, before it acts on what it saw. */
let afterLook: (path: string) => void = () => undefined;

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof files>();
  const lstat = async (path: string): Promise<unknown> => {
    const seen = await real.lstat(path);
    afterLook(path);
    return seen;
  };
  return { ...real, lstat };
});

const key = { environment: "live", appKeyHash: "a".repeat(64) } as const;
let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hantoo-dead-lock-"));
  lock = join(folder, `token-live-${"a".repeat(32)}.json.lock`);
});
afterEach(() => {
  afterLook = () => undefined;
  rmSync(folder, { recursive: true, force: true });
});

const aged = (path: string, ageMs: number): void => {
  const at = new Date(Date.now() - ageMs);
  utimesSync(path, at, at);
};

test("of three that find a lock dead, one holds it: no other takes its own away", async () => {
  writeFileSync(lock, "dead");
  aged(lock, 60_000);
  const holders: string[] = [];
  const take = (name: string): void => {
    try {
      writeFileSync(lock, name, { flag: "wx" });
      holders.push(name);
    } catch {
      // Somebody has it.
    }
  };
  let looks = 0;
  afterLook = () => {
    // The first is faster than the one that has just seen the dead lock; the third tries whenever it can.
    if (++looks === 1) {
      rmSync(lock);
      take("first");
    } else take("third");
  };
  // The second gives up once it has tried.
  const ending = new AbortController();
  const sleep = async (): Promise<void> => {
    ending.abort(new Error("tried"));
    throw ending.signal.reason;
  };
  const second = createFileTokenStore({ folder, clock: { now: () => 0, sleep } });
  const work = async (): Promise<void> => void holders.push("second");
  await expect(second.exclusive(key, work, ending.signal)).rejects.toThrow("tried");
  expect(looks).toBeGreaterThan(1);
  expect(holders).toEqual(["first"]);
  expect(readFileSync(lock, "utf8")).toBe("first");
  expect(existsSync(`${lock}.over`)).toBe(false);
});

test("one that died while it took a dead lock away holds up nobody for good", async () => {
  writeFileSync(lock, "dead");
  aged(lock, 300_000);
  mkdirSync(`${lock}.over`);
  aged(`${lock}.over`, 120_000);
  const sleep = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const store = createFileTokenStore({ folder, clock: { now: () => 0, sleep } });
  expect(await store.exclusive(key, () => Promise.resolve("in"))).toBe("in");
  expect(existsSync(lock) || existsSync(`${lock}.over`)).toBe(false);
});

import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StorageError } from "../../../src/core/index.js";
import type { SyncReport } from "../../../src/kline/index.js";
import { FileStore, MemoryStore, type ObjectStore, S3Store } from "../../../src/storage/index.js";
import { type S3Server, startS3Server } from "../../support/s3-server.js";
import { at, expectRows, setUp, storedRows, watched, wholeDay } from "../logger-setup.js";

const symbols = Array.from({ length: 30 }, (_, index) => `A${String(index).padStart(5, "0")}`);
const inSmallUploads = { symbols, concurrency: 1, checkpoint: { symbols: 5 } };

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

/** Fails from the third put on, as the store of the host or the cloud would. */
const failing = (store: ObjectStore, error: (key: string) => StorageError): ObjectStore => {
  let puts = 0;
  return watched(store, ({ operation, key, stage }) => {
    if (operation === "put" && stage === "before" && key.endsWith(".zstd") && ++puts > 2) throw error(key);
  });
};

/** A pass that meets the fault: what it had stored is whole, its error says what to do, and the next one ends in the truth. */
async function expectSafe(broken: ObjectStore, healthy: ObjectStore, advice: RegExp): Promise<void> {
  const { logger, another, source } = setUp(at("18:00"), { ...inSmallUploads, store: broken });
  const error: unknown = await logger.sync().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(StorageError);
  expect((error as Error).message).toMatch(advice);
  const rows = await storedRows(healthy);
  expectRows(rows, wholeDay(Object.keys(rows)));
  expect(Object.keys(rows)).toEqual(symbols.slice(0, 10));
  expect(source.requests.length).toBeLessThanOrEqual(30); // no day of calls for nothing
  await another({ store: healthy }).sync();
  expectRows(await storedRows(healthy), wholeDay(symbols));
}

describe("nothing acknowledged is lost, and the error says what to do, when", () => {
  test("the disk is full", async () => {
    const memory = new MemoryStore();
    const full = (key: string): StorageError =>
      new StorageError("the disk is full; free some space and try again (ENOSPC)", { operation: "put", key });
    await expectSafe(failing(memory, full), memory, /free some space/);
  });

  test.each([
    ["the credentials expire", "403", /access is denied; check/],
    ["the bucket is gone", "404", /cannot put/],
    ["S3 is out for longer than it is retried", "503", /cannot put/],
  ] as const)("%s", async (_, kind, advice) => {
    const target = new S3Store({
      bucket: "bars",
      ...server.options,
      ...(kind === "503" ? { maxAttempts: 1 } : {}),
    });
    let puts = 0;
    const broken = watched(target, ({ operation, key, stage }) => {
      if (operation === "put" && stage === "before" && key.endsWith(".zstd") && ++puts === 3)
        server.faults.push({ on: "PUT", kind, times: 999 });
    });
    server.objects.clear();
    const healing: ObjectStore = {
      get: (key) => target.get(key),
      list: (prefix) => target.list(prefix),
      delete: (key) => target.delete(key),
      put: (key, bytes, how) => {
        server.faults.length = 0;
        return target.put(key, bytes, how);
      },
      conditionalWrites: () => target.conditionalWrites(),
    };
    await expectSafe(broken, healing, advice);
  });
});

test("a folder that cannot be written is refused before anything is asked of KIS", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hantoo-readonly-"));
  try {
    await chmod(folder, 0o500);
    // For root every folder can be written: a file in the way of the folder fails for everyone.
    const store = new FileStore(process.getuid?.() === 0 ? join("/dev/null", "data") : folder);
    const { logger, source } = setUp(at("18:00"), { store });
    await expect(logger.sync()).rejects.toMatchObject({ code: "storage" });
    expect(source.requests).toEqual([]);
    await expect(logger.run().next()).rejects.toMatchObject({ code: "storage" });
  } finally {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true });
  }
});

test("S3 that comes and goes during a session: followed to the truth", async () => {
  server.faults.length = 0;
  server.objects.clear();
  const store = new S3Store({ bucket: "bars", ...server.options });
  const { logger, clock } = setUp(at("15:00"), { store });
  let reports = 0;
  let last: SyncReport | undefined;
  await clock.runUntil(
    (async () => {
      for await (const report of logger.run()) {
        last = report;
        if (++reports === 4) server.faults.push({ on: "PUT", kind: "403", times: 3 });
        if (reports === 9) server.faults.push({ on: "PUT", kind: "404", times: 2 });
        if (reports === 13) server.faults.push({ on: "PUT", kind: "500-after" });
      }
    })(),
  );
  server.faults.length = 0;
  expect(last?.storeError).toBeUndefined();
  expectRows(await storedRows(store), wholeDay(["0001A0", "H00030", "T00020"]));
});

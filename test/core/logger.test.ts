import { afterEach, expect, test, vi } from "vitest";
import {
  HantooDailyLogger,
  HantooKlineLogger,
  KisAuthError,
  MemoryStore,
  StorageError,
  createMemoryTokenStore,
  TransportError,
  poolSources,
} from "hantoo";
import { createKisSimulator, createManualClock } from "hantoo/testing";
import { createWarningLogger } from "../../src/core/index.js";
import { clientOf } from "../kis/unpaced.js";
import { at } from "../kline/logger-setup.js";
import { createSampleSource } from "../kline/sample-market.js";

const emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
afterEach(() => emitted.mockClear());
const texts = (): string[] => emitted.mock.calls.map(([text]) => String(text));

test("each kind once, errors by name and message, one line, nothing of what only happened", () => {
  const logger = createWarningLogger();
  logger.info({}, "happened");
  logger.debug({}, "detail");
  const err = new StorageError(
    "no space left",
    { operation: "put", key: "k" },
    { cause: new Error("ENOSPC") },
  );
  logger.error({ tradingDay: "2026-11-20", err }, "cannot be stored");
  logger.error({ tradingDay: "2026-11-23", err }, "cannot be stored");
  logger.warn({ err: new Error("plain"), long: "x".repeat(5000) }, "another kind");
  expect(texts()[0]).toBe(
    'cannot be stored: {"tradingDay":"2026-11-20","err":"StorageError: no space left"} (told once; pass `logger` for all)',
  );
  expect(texts()[1]).toContain('another kind: {"err":"Error: plain"');
  expect(texts()[1]?.length).toBeLessThan(700);
  expect(texts()).toHaveLength(2);
  expect(emitted.mock.calls.every(([, type]) => (type as unknown) === "HantooWarning")).toBe(true);
});

test("a dead network and a full disk are seen without a logger, each once", async () => {
  const clock = createManualClock(at("15:10"));
  let isDead = false;
  const client = createSampleSource({
    clock,
    before: () => {
      if (isDead) throw new TransportError("no route to host");
    },
  });
  const memory = new MemoryStore();
  const store = Object.assign(Object.create(memory) as MemoryStore, {
    list: memory.list.bind(memory),
    get: memory.get.bind(memory),
    async put(key: string): Promise<void> {
      throw new StorageError("no space left", { operation: "put", key }, { retryable: true });
    },
  });
  const logger = new HantooKlineLogger({ client, store, symbols: ["0001A0"], clock, graceMs: 600_000 });
  const run = (async () => {
    for await (const _ of logger.run()) isDead = true;
  })();
  await expect(clock.runUntil(run)).rejects.toThrow("no space left");
  const about = (what: string): string[] => texts().filter((text) => text.startsWith(what));
  expect(about("the store does not take what was fetched")).toEqual([
    expect.stringContaining('"err":"StorageError: no space left"'),
  ]);
  expect(about("symbols could not be brought up to date")).toEqual([
    expect.stringContaining('"err":"TransportError: no route to host"'),
  ]);
  expect(new Set(texts()).size).toBe(texts().length);
});

test("a client says once that its token cannot be kept, and nothing of retries", async () => {
  const clock = createManualClock(at("12:00"));
  const faults = [{ do: "html-502" as const, endpoint: "inquire-price" as const, times: 1 }];
  const simulator = createKisSimulator({ clock, limits: { perSecond: false }, faults });
  let retries = 0;
  const broken = (): Promise<never> => Promise.reject(new Error("read-only file system"));
  const client = clientOf(simulator, {
    clock,
    onRetry: () => void retries++,
    tokenStore: { ...createMemoryTokenStore(), read: broken, write: broken },
  });
  await clock.runUntil(client.quote("005930"));
  await clock.runUntil(client.quote("000660"));
  expect(texts().join("\n")).toContain("the token store cannot be read; going on without it");
  expect(new Set(texts()).size).toBe(texts().length);
  expect(retries).toBe(1);
  expect(texts().join("\n")).not.toContain("trying a call to KIS again");
  await client.close();
});

test("daily loggers and pools are not silent either", async () => {
  const fail = async (): Promise<never> => {
    throw new TransportError("no route to host");
  };
  const clock = createManualClock(at("12:00"));
  const client = { dailyBars: fail, minuteBars: fail };
  const daily = new HantooDailyLogger({
    client,
    store: new MemoryStore(),
    symbols: ["0001A0"],
    clock,
    days: 2,
  });
  await clock.runUntil(daily.sync());
  expect(texts()).toEqual([expect.stringContaining("symbols could not be brought up to date")]);

  const refused = {
    async minuteBars(): Promise<never> {
      const answer = { status: 403, trId: "T", rtCd: "1", msgCd: "EGW00103" };
      throw new KisAuthError("no such key", answer);
    },
  };
  const pool = poolSources([refused, createSampleSource({ clock })]);
  await pool.minuteBars({ symbol: "0001A0", tradingDay: "2026-11-19" });
  expect(texts()[1]).toMatch(/^a key is refused; its source leaves the pool: .*KisAuthError: no such key/);
});

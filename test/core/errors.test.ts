import { expect, test } from "vitest";
import {
  CalendarRangeError,
  ConfigError,
  type HantooError,
  IncompleteDataError,
  KisApiError,
  KisAuthError,
  KisRateLimitError,
  KisSchemaError,
  KisUnsupportedError,
  MasterFormatError,
  StorageConflictError,
  StorageError,
  TimeoutError,
  TransportError,
  isHantooError,
} from "../../src/core/index.js";

const answer = { status: 500, trId: "FHKST03010230", rtCd: "1", msgCd: "EGW00201" };
const missing = [{ from: 0, to: 60_000 }];
const every: readonly (readonly [HantooError, string, boolean])[] = [
  [new ConfigError("limit", "an integer >= 1", 0), "config", false],
  [new KisApiError("no", answer), "kis_api", false],
  [new KisAuthError("no", answer), "kis_auth", false],
  [new KisRateLimitError("slow", answer, { retryAfterMs: 1000 }), "kis_rate_limit", true],
  [new KisUnsupportedError("paper", { ...answer, status: undefined }), "kis_unsupported", false],
  [new KisSchemaError("output2[3].cntg_vol", "an integer", "x"), "kis_schema", false],
  [new TransportError("reset"), "transport", true],
  [new TimeoutError("late", 5000), "timeout", true],
  [new IncompleteDataError("cut", { expected: 381, have: 2, missing }), "incomplete_data", false],
  [
    new MasterFormatError("row", { market: "kospi", line: 2, byteOffset: 289, field: "isin" }),
    "master_format",
    false,
  ],
  [new StorageError("full", { operation: "put", key: "a" }), "storage", false],
  [new StorageConflictError("taken", { operation: "put", key: "a" }), "storage_conflict", false],
  [new CalendarRangeError("2031-01-01", "2000-01-01", "2027-12-31"), "calendar_range", false],
];

test.each(every)("%s", (error, code, retryable) => {
  expect(error.code).toBe(code);
  expect(error.retryable).toBe(retryable);
  expect(error.name).toBe(error.constructor.name);
  expect(isHantooError(error)).toBe(true);
  expect(error.toJSON()).toMatchObject({ name: error.name, code, message: error.message, retryable });
  expect(JSON.parse(JSON.stringify(error))).toEqual(JSON.parse(JSON.stringify(error.toJSON())));
});

test("the refusals of KIS and the failures of a store are families", () => {
  for (const [error] of every.slice(1, 5)) expect(error).toBeInstanceOf(KisApiError);
  expect(every[11]?.[0]).toBeInstanceOf(StorageError);
  expect(every[3]?.[0]).toMatchObject({ ...answer, retryAfterMs: 1000 });
});

test("a fact that is absent is no field", () => {
  expect("retryAfterMs" in new KisAuthError("no", answer)).toBe(false);
  expect(new KisAuthError("no", answer, { retryAfterMs: 5 }).toJSON()).toMatchObject({ retryAfterMs: 5 });
  const facts = { expected: 381, have: 2, missing };
  expect("reason" in new IncompleteDataError("cut", facts)).toBe(false);
  expect(new IncompleteDataError("cut", { ...facts, reason: "rescaled" }).reason).toBe("rescaled");
});

test("a cause is kept, and shown by name and message only", () => {
  const cause = Object.assign(new Error("ECONNRESET"), { secret: "never" });
  const error = new TransportError("reset", { cause });
  expect(error.cause).toBe(cause);
  expect(error.toJSON()["cause"]).toEqual({ name: "Error", message: "ECONNRESET" });
});

test("an error of a second copy of the package is recognised, any other is not", () => {
  class Foreign extends Error {}
  Object.defineProperty(Foreign.prototype, Symbol.for("hantoo.error"), { value: true });
  expect(isHantooError(new Foreign())).toBe(true);
  expect(isHantooError(new Error("x"))).toBe(false);
  expect(isHantooError({ code: "config" })).toBe(false);
  expect(isHantooError(undefined)).toBe(false);
});

test("the message names what was wrong, what was expected and what came, shortly", () => {
  expect(new ConfigError("day", "a day", new Date(0)).message).toBe("`day` must be a day, received a Date");
  expect(new ConfigError("x", "a text", "y".repeat(500)).message.length).toBeLessThan(130);
  expect(new ConfigError("x", "a text", { a: 1n === 1n }).message).toContain('{"a":true}');
});

test("nothing from outside makes a message long, whichever error carries it", () => {
  const long = "x".repeat(50_000);
  const loud = { status: 500, trId: "T", rtCd: long, msgCd: long };
  for (const error of [
    new ConfigError(long, "a text", long),
    new KisApiError(`KIS refused with ${long}`, loud),
    new KisSchemaError(long, "a number", long),
    new KisSchemaError("output", long, [long]),
    new TransportError(`the request failed: ${long}`, { cause: new Error(long) }),
    new StorageError(long, { operation: "get", key: "k" }),
  ]) {
    expect(error.message.length).toBeLessThanOrEqual(900);
    expect(JSON.stringify(error).length).toBeLessThan(3000);
  }
});

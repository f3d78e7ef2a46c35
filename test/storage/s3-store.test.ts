import { type Clock, type S3StoreOptions, S3Store, StorageConflictError, StorageError } from "hantoo";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bytesOf, keysOf } from "../contract/object-store.js";
import { failureOf } from "../support/failure-of.js";
import { noise } from "../support/noise.js";
import { type S3FaultKind, type S3Server, startS3Server } from "../support/s3-server.js";

let server: S3Server;
let stores: S3Store[];
beforeEach(async () => {
  server = await startS3Server({ pageSize: 3 });
  stores = [];
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await server.close();
});

const TIMEOUT_MS = 4321;
/** Back-off takes no time and is written down; an attempt times out when the test says so. */
function patientClock(): Clock & { readonly pauses: number[]; expire(): void } {
  const pauses: number[] = [];
  let waiting: (() => void)[] = [];
  return {
    pauses,
    now: () => 0,
    monotonic: () => 0,
    sleep: (ms) =>
      ms === TIMEOUT_MS
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(void pauses.push(ms)),
    expire() {
      for (const wake of waiting) wake();
      waiting = [];
    },
  };
}

function open(options: Partial<S3StoreOptions> = {}): S3Store {
  const store = new S3Store({
    bucket: "bars",
    ...server.options,
    clock: patientClock(),
    random: () => 0.5,
    timeoutMs: TIMEOUT_MS,
    ...options,
  });
  stores.push(store);
  return store;
}
const sent = (): string[] => server.requests.map(({ operation }) => operation);
const reached = async (count: number): Promise<void> => {
  while (server.requests.length < count) await new Promise((resolve) => setImmediate(resolve));
};
/** A store that has probed already, and a server that has forgotten it. */
async function probed(options: Partial<S3StoreOptions> = {}): Promise<S3Store> {
  const store = open(options);
  await store.conditionalWrites();
  server.requests.length = 0;
  return store;
}

describe("an answer that is lost", () => {
  test.each<[S3FaultKind, boolean]>([
    ["500-after", true],
    ["500-after", false],
    ["reset-after", true],
    ["reset-after", false],
    ["hang-after", true],
    ["hang-after", false],
  ])("%s: the put succeeds, its retry recognising its own write (ifAbsent %s)", async (kind, ifAbsent) => {
    const clock = patientClock();
    const store = await probed({ clock });
    server.faults.push({ on: "PUT", kind });
    const put = store.put("k", bytesOf("mine"), { ifAbsent });
    if (kind === "hang-after") {
      await reached(1);
      while (!server.objects.has("bars/k")) await new Promise((resolve) => setImmediate(resolve));
      clock.expire();
    }
    await put;
    expect(sent()).toEqual(ifAbsent ? ["PUT", "PUT", "GET"] : ["PUT", "PUT"]);
    expect(await store.get("k")).toEqual(bytesOf("mine"));
  });

  test("of somebody else's object a retry makes no win", async () => {
    const store = await probed();
    server.faults.push({ on: "PUT", kind: "500" });
    const put = store.put("k", bytesOf("mine"), { ifAbsent: true });
    server.objects.set("bars/k", Buffer.from("theirs"));
    await expect(put).rejects.toThrow(StorageConflictError);
    expect(sent()).toEqual(["PUT", "PUT", "GET"]);
    expect(await store.get("k")).toEqual(bytesOf("theirs"));
  });

  test("without a retry an object with the same bytes is somebody else's", async () => {
    const store = await probed();
    server.objects.set("bars/k", Buffer.from("same"));
    await expect(store.put("k", bytesOf("same"), { ifAbsent: true })).rejects.toThrow(StorageConflictError);
    expect(sent()).toEqual(["PUT"]);
  });
});

describe("a request that fails", () => {
  test.each<S3FaultKind>(["500", "503", "reset"])(
    "with %s is sent again, with growing pauses",
    async (kind) => {
      const clock = patientClock();
      const store = await probed({ clock });
      server.faults.push({ on: "PUT", kind, times: 4 });
      await store.put("k", bytesOf("x"), { ifAbsent: true });
      expect(clock.pauses).toEqual([75, 150, 300, 600]);
      expect(await store.get("k")).toEqual(bytesOf("x"));
    },
  );

  test.each<S3FaultKind>(["500", "503", "reset"])(
    "with %s at every attempt is a retryable StorageError",
    async (kind) => {
      const store = await probed({ maxAttempts: 3 });
      server.faults.push({ on: "PUT", kind, times: 99 });
      const error = await failureOf(store.put("k", bytesOf("x")));
      expect(error).toBeInstanceOf(StorageError);
      expect(error).toMatchObject({ operation: "put", key: "k", retryable: true });
      expect(sent()).toEqual(["PUT", "PUT", "PUT"]);
      expect(server.objects.size).toBe(0);
    },
  );

  test.each(["PUT", "GET", "LIST", "DELETE"] as const)(
    "a %s without an answer ends after timeoutMs",
    async (on) => {
      const clock = patientClock();
      const store = await probed({ clock, maxAttempts: 2 });
      server.faults.push({ on, kind: "hang", times: 2 });
      const work = {
        PUT: () => store.put("k", bytesOf("x")),
        GET: () => store.get("k"),
        LIST: () => keysOf(store, "k"),
        DELETE: () => store.delete("k"),
      };
      const failed = failureOf(work[on]());
      await reached(1);
      clock.expire();
      await reached(2);
      clock.expire();
      const error = await failed;
      expect(error).toMatchObject({ name: "StorageError", retryable: true });
      expect((error as Error).message).toContain("no complete answer within 4321 ms");
    },
  );

  test("an attempt that is given up is aborted, so that it holds no connection", async () => {
    const clock = patientClock();
    const signals: AbortSignal[] = [];
    const send = (_: unknown, { abortSignal }: { abortSignal: AbortSignal }): Promise<never> => {
      signals.push(abortSignal);
      return new Promise(() => undefined);
    };
    const store = open({
      clock,
      maxAttempts: 1,
      client: { send } as unknown as NonNullable<S3StoreOptions["client"]>,
    });
    const failed = failureOf(store.get("k"));
    while (signals.length === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.expire();
    await failed;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test.each<S3FaultKind>(["truncate", "corrupt"])(
    "a body with %s is read again, not believed",
    async (kind) => {
      const store = open({ maxAttempts: 2 });
      const bytes = noise(100_000, 1);
      await store.put("k", bytes);
      server.faults.push({ on: "GET", kind });
      expect(Buffer.compare((await store.get("k"))!, bytes)).toBe(0);
      server.faults.push({ on: "GET", kind, times: 2 });
      expect(await failureOf(store.get("k"))).toMatchObject({
        name: "StorageError",
        operation: "get",
        retryable: true,
      });
    },
  );

  test("with 403 is not sent again, and says which right is wanted", async () => {
    const store = open();
    server.faults.push({ on: "LIST", kind: "403" });
    const error = await failureOf(keysOf(store, "a/"));
    expect(error).toMatchObject({ name: "StorageError", operation: "list", key: "a/", retryable: false });
    expect((error as Error).message).toMatch(/bucket bars at http:.*s3:ListBucket/);
    expect(sent()).toEqual(["LIST"]);
  });

  test("with a 404 that does not say of what: the bucket is looked at", async () => {
    const store = open();
    server.objects.set("bars/k2", Buffer.from("x"));
    server.faults.push({ on: "GET", kind: "404", times: 9 }, { on: "DELETE", kind: "404", times: 9 });
    expect(await store.get("k")).toBeUndefined();
    await store.delete("k");
    expect(sent()).toEqual(["GET", "LIST", "DELETE", "LIST"]);
    const nowhere = open({ bucket: "nowhere" });
    await expect(nowhere.get("k")).rejects.toThrow(/bucket does not exist/);
    await expect(nowhere.delete("k")).rejects.toThrow(/bucket does not exist/);
  });

  test("with 409 while another write is under way is sent again, and lost only when that goes on", async () => {
    const store = await probed();
    server.faults.push({ on: "PUT", kind: "409" });
    await store.put("k", bytesOf("x"), { ifAbsent: true });
    expect(sent()).toEqual(["PUT", "PUT"]);
    server.faults.push({ on: "PUT", kind: "409", times: 99 });
    await expect(store.put("k2", bytesOf("x"), { ifAbsent: true })).rejects.toThrow(StorageConflictError);
    expect(sent()).toHaveLength(6);
  });
});

describe("whether conditional writes are honoured", () => {
  const warnings = (): { logger: NonNullable<S3StoreOptions["logger"]>; said: string[] } => {
    const said: string[] = [];
    const note = (): void => undefined;
    return {
      said,
      logger: { debug: note, info: note, error: note, warn: (_, message) => void said.push(message) },
    };
  };

  test("is asked once, by a probe that is removed and that no listing shows", async () => {
    const { logger, said } = warnings();
    const store = open({ logger });
    server.faults.push({ on: "GET", kind: "hang" });
    const puts = Promise.all([1, 2, 3].map((n) => store.put(`k${n}`, bytesOf("x"), { ifAbsent: true })));
    await reached(4);
    expect(await keysOf(store, "")).toEqual([]);
    expect(sent()).toEqual(["DELETE", "PUT", "PUT", "GET", "LIST"]);
    expect(server.requests.map(({ status }) => status)).toEqual([204, 200, 412, 0, 200]);
    expect(server.requests.map(({ conditional }) => conditional)).toEqual([false, false, true, false, false]);
    server.objects.clear();
    const other = open({ logger });
    expect(await other.conditionalWrites()).toBe(true);
    expect(server.objects.size).toBe(0);
    expect(said).toEqual([]);
    await store.close();
    await puts.catch(() => undefined);
  });

  test.each(["ignored", "unsupported"] as const)("%s: said once; ifAbsent looks first", async (how) => {
    server.setConditional(how);
    const { logger, said } = warnings();
    const store = open({ logger });
    await store.put("k", bytesOf("a"), { ifAbsent: true });
    await expect(store.put("k", bytesOf("b"), { ifAbsent: true })).rejects.toThrow(StorageConflictError);
    expect(await store.get("k")).toEqual(bytesOf("a"));
    expect(await store.conditionalWrites()).toBe(false);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain("does not honour If-None-Match");
    expect([...server.objects.keys()]).toEqual(["bars/k"]);
  });

  test.each<S3FaultKind>(["500-after", "reset-after"])(
    "a probe whose answer is lost (%s) still tells the truth",
    async (kind) => {
      for (const skip of [0, 1]) {
        for (const how of ["honoured", "ignored"] as const) {
          server.setConditional(how);
          let puts = 0;
          // Only the put number `skip` loses its answer.
          server.faults.push({ on: "PUT", kind, key: { test: () => puts++ === skip } as unknown as RegExp });
          expect(await open().conditionalWrites(), `${how}, put ${skip}`).toBe(how === "honoured");
          expect(server.objects.size).toBe(0);
          server.faults.length = 0;
        }
      }
    },
  );

  test("a probe that fails is no answer: the put fails, and the next one asks again", async () => {
    const store = open();
    server.faults.push({ on: "PUT", kind: "403", times: 2 });
    await expect(store.put("k", bytesOf("x"), { ifAbsent: true })).rejects.toThrow(
      /cannot put in the bucket bars/,
    );
    await store.put("k", bytesOf("x"), { ifAbsent: true });
    expect(server.objects.has("bars/k")).toBe(true);
  });
});

describe("a listing", () => {
  const fill = (): void => {
    for (let n = 0; n < 10; n++) server.objects.set(`bars/a/${n}`, Buffer.from("x"));
  };

  test("survives a failing page", async () => {
    fill();
    server.faults.push(
      { on: "LIST", kind: "500" },
      { on: "LIST", kind: "reset" },
      { on: "LIST", kind: "truncate" },
    );
    expect(await keysOf(open(), "a/")).toHaveLength(10);
  });

  test.each<[S3FaultKind, RegExp]>([
    ["cut-list", /does not say where to go on/],
    ["loop-list", /round in circles/],
    ["foreign-list", /other keys/],
  ])("that is broken (%s) throws before it gives a single key", async (kind, message) => {
    fill();
    server.faults.push({ on: "LIST", kind, times: 99 });
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const key of open().list("a/")) seen.push(key);
    };
    const error = await failureOf(read());
    expect(error).toMatchObject({ name: "StorageError", operation: "list", key: "a/" });
    expect((error as Error).message).toMatch(message);
    expect(seen).toEqual([]);
  });

  test("leaves out what no store could hold", async () => {
    for (const key of ["a/", "a//b", "a/\\b", "a/ok"]) server.objects.set(`bars/${key}`, Buffer.from("x"));
    expect(await keysOf(open(), "a")).toEqual(["a/ok"]);
  });
});

describe("ranges and many keys", () => {
  test("a server that knows no ranges costs the whole object, and the answer is right all the same", async () => {
    const plain = await startS3Server({ ranges: false });
    const store = new S3Store({ bucket: "bars", ...plain.options });
    stores.push(store);
    await store.put("k", noise(100, 1));
    expect(await store.get("k", { range: { offset: 90, length: 20 } })).toEqual(noise(100, 1).slice(90));
    await plain.close();
  });

  test("a thousand keys go in one request; one that is refused makes way for single ones", async () => {
    const store = open();
    const keys = Array.from({ length: 1001 }, (_, n) => `k${n}`);
    const sent = (): string[] => server.requests.map(({ operation }) => operation);
    await store.deleteAll(keys);
    expect(sent()).toEqual(["DELETE-MANY", "DELETE"]);
    await store.put("k1", noise(1, 1));
    await store.put("k2", noise(1, 1));
    server.requests.length = 0;
    server.faults.push({ on: "DELETE-MANY", kind: "403" });
    await store.deleteAll(["k1", "k2"]);
    expect(sent()).toEqual(["DELETE-MANY", "DELETE", "DELETE"]);
    expect(await keysOf(store, "k")).toEqual([]);
  });
});

describe("an aborted signal", () => {
  const reason = { why: "enough" };

  test("before: nothing is sent", async () => {
    const store = open({ signal: AbortSignal.abort(reason) });
    for (const work of [
      () => store.get("k"),
      () => store.put("k", bytesOf("x")),
      () => keysOf(store, ""),
      () => store.verify(),
    ]) {
      expect(await failureOf(work())).toBe(reason);
    }
    expect(server.requests).toEqual([]);
  });

  test("in flight: its reason comes at once, untouched", async () => {
    const controller = new AbortController();
    const store = open({ signal: controller.signal });
    server.faults.push({ on: "GET", kind: "hang" });
    const failed = failureOf(store.get("k"));
    await reached(1);
    controller.abort(reason);
    expect(await failed).toBe(reason);
    expect(sent()).toEqual(["GET"]);
  });

  test("in a pause: no further attempt", async () => {
    const controller = new AbortController();
    const clock = patientClock();
    const sleep: Clock["sleep"] = async (ms, signal) => {
      if (ms !== TIMEOUT_MS) controller.abort(reason);
      if (signal?.aborted === true) throw signal.reason;
      return clock.sleep(ms, signal);
    };
    const store = open({ signal: controller.signal, clock: { ...clock, sleep } });
    server.faults.push({ on: "GET", kind: "500", times: 9 });
    expect(await failureOf(store.get("k"))).toBe(reason);
    expect(sent()).toEqual(["GET"]);
  });
});

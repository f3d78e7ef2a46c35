import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  KisRateLimitError,
  MemoryStore,
  type ObjectStore,
  type StoredToken,
  type TokenStore,
  createFileTokenStore,
  createMemoryTokenStore,
  createObjectTokenStore,
  kstInstant,
  silentLogger,
} from "hantoo";
import { createKisSimulator, createManualClock } from "hantoo/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clientOf, unpaced } from "../unpaced.js";

const now = kstInstant("2026-11-20", "10:36:30");
const key = { environment: "live", appKeyHash: "a".repeat(64) } as const;
const token = (accessToken: string, expiresAt = now + 86_400_000): StoredToken => ({
  ...key,
  accessToken,
  expiresAt,
  issuedAt: now,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hantoo-token-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A simulator and clients that live by one clock, which moves only as they sleep. */
function world(options: Parameters<typeof createKisSimulator>[0] = {}) {
  const clock = createManualClock(now);
  const simulator = createKisSimulator({ limits: { perSecond: false }, clock, ...options });
  const client = (tokenStore: TokenStore, more = {}) =>
    clientOf(simulator, { clock, tokenStore, random: () => 0.5, ...more });
  return { clock, simulator, client };
}

describe.each<[string, () => TokenStore]>([
  ["memory", () => createMemoryTokenStore()],
  ["file", () => createFileTokenStore({ folder })],
  ["object", () => createObjectTokenStore(new MemoryStore())],
])("the %s store", (_, open) => {
  test("gives back what was written, whole, to its own key alone", async () => {
    const store = open();
    expect(await store.read(key)).toBeUndefined();
    await store.write(token("one"));
    await store.write(token("two"));
    expect(await store.read(key)).toEqual(token("two"));
    expect(await store.read({ ...key, environment: "paper" })).toBeUndefined();
    expect(await store.read({ ...key, appKeyHash: "b".repeat(64) })).toBeUndefined();
  });

  test("runs exclusive work one at a time, also after a failure", async () => {
    const store = open();
    let inside = 0;
    let worst = 0;
    const work = async (): Promise<void> => {
      worst = Math.max(worst, ++inside);
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    const failing = store.exclusive(key, () => Promise.reject(new Error("mine")));
    await expect(failing).rejects.toThrow("mine");
    await Promise.all([1, 2, 3].map(() => store.exclusive(key, work)));
    expect(worst).toBe(1);
  });

  test("an abort ends the wait for the lock", async () => {
    const store = open();
    const stop = new AbortController();
    let release = (): void => undefined;
    let held = Promise.resolve();
    await new Promise<void>((entered) => {
      held = store.exclusive(key, () => {
        entered();
        return new Promise<void>((resolve) => (release = resolve));
      });
    });
    const waiting = store.exclusive(key, () => Promise.reject(new Error("ran")), stop.signal);
    const reason = new Error("enough");
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    release();
    await held;
    const late = store.exclusive(key, () => Promise.reject(new Error("ran")), AbortSignal.abort(reason));
    await expect(late).rejects.toBe(reason);
  });

  test("any number of clients of one key cause one issue", async () => {
    const { clock, simulator, client } = world();
    const store = open();
    const clients = Array.from({ length: 10 }, () => client(store));
    const work = Promise.all(clients.flatMap((one) => [one.quote("005930"), one.quote("000660")]));
    // File and object stores wait in the host's time for a lock; this clock only jumps where nothing else is to do.
    await clock.runUntil(work);
    expect(simulator.stats.tokenIssues).toBe(1);
    expect(simulator.stats.byEndpoint["/oauth2/tokenP"]).toBe(1);
  });
});

describe("the file store", () => {
  const path = () => join(folder, `token-live-${"a".repeat(32)}.json`);

  test("writes mode 0600 into a folder of 0700, and leaves nothing else behind", async () => {
    const deep = join(folder, "cache", "hantoo");
    const store = createFileTokenStore({ folder: deep });
    await store.exclusive(key, () => store.write(token("one")));
    expect(statSync(deep).mode & 0o777).toBe(0o700);
    const [file, ...rest] = readdirSync(deep);
    expect(rest).toEqual([]);
    expect(statSync(join(deep, file!)).mode & 0o777).toBe(0o600);
  });

  test.each([
    ["empty", ""],
    ["torn", '{"environment":"live","appKeyHash":"aaa'],
    ["of another shape", "[]"],
    [
      "with a header in the token",
      JSON.stringify({ ...key, accessToken: "a\r\nx: y", expiresAt: now, issuedAt: now }),
    ],
    ["without an end", JSON.stringify({ ...key, accessToken: "a" })],
  ])("reads a file that is %s as absent, and replaces it", async (_, text) => {
    const store = createFileTokenStore({ folder });
    writeFileSync(path(), text, { mode: 0o600 });
    expect(await store.read(key)).toBeUndefined();
    await store.write(token("new"));
    expect(await store.read(key)).toEqual(token("new"));
  });

  test("closes a file that others could read, and distrusts one they could write, and a link", async () => {
    const store = createFileTokenStore({ folder });
    await store.write(token("one"));
    chmodSync(path(), 0o644);
    expect(await store.read(key)).toEqual(token("one"));
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    chmodSync(path(), 0o666);
    expect(await store.read(key)).toBeUndefined();
    rmSync(path());
    writeFileSync(join(folder, "elsewhere"), JSON.stringify(token("planted")), { mode: 0o600 });
    symlinkSync(join(folder, "elsewhere"), path());
    expect(await store.read(key)).toBeUndefined();
    await store.write(token("two"));
    expect(readFileSync(join(folder, "elsewhere"), "utf8")).toContain("planted");
    expect(await store.read(key)).toEqual(token("two"));
  });

  test("passes over the lock of a dead program, and waits for a live one", async () => {
    const store = createFileTokenStore({ folder });
    const lock = `${path()}.lock`;
    writeFileSync(lock, "somebody");
    const old = new Date(Date.now() - 60_000);
    utimesSync(lock, old, old);
    expect(await store.exclusive(key, () => Promise.resolve("in"))).toBe("in");
    expect(existsSync(lock)).toBe(false);
    writeFileSync(lock, "somebody");
    let looked = (): void => undefined;
    const lookedTwice = new Promise<void>((resolve) => {
      let looks = 0;
      looked = () => void (++looks === 2 && resolve());
    });
    const sleep = async (): Promise<void> => {
      looked();
      await new Promise((resolve) => setImmediate(resolve));
    };
    let ran = false;
    const patient = createFileTokenStore({ folder, clock: { now: () => now, sleep } });
    const entered = patient.exclusive(key, async () => {
      ran = true;
      return "in";
    });
    await lookedTwice;
    expect(ran).toBe(false);
    rmSync(lock);
    expect(await entered).toBe("in");
  });

  // Node's recursive mkdir never comes back from /proc.
  const unusable = ["file/hantoo", ...(process.platform === "linux" ? ["/proc/hantoo/tokens"] : [])];
  test.each(unusable)(
    "the folder %s, which cannot be used, costs the sharing, not the call",
    async (name) => {
      writeFileSync(join(folder, "file"), "");
      const { clock, simulator, client } = world();
      const one = client(createFileTokenStore({ folder: resolve(folder, name) }));
      await clock.runUntil(one.quote("005930"));
      await clock.runUntil(one.quote("005930"));
      expect(simulator.stats.tokenIssues).toBe(1);
    },
  );
});

describe("the object store", () => {
  test("of many that race, one gets the lease; a dead holder's ends", async () => {
    const clock = createManualClock(now);
    const memory = new MemoryStore();
    const open = () => createObjectTokenStore(memory, { clock });
    let inside = 0;
    let worst = 0;
    const work = async (): Promise<void> => {
      worst = Math.max(worst, ++inside);
      await clock.sleep(100);
      inside--;
    };
    await clock.runUntil(Promise.all(Array.from({ length: 8 }, () => open().exclusive(key, work))));
    expect(worst).toBe(1);
    void open().exclusive(key, () => new Promise(() => undefined));
    await clock.advance(1000);
    const start = clock.monotonic();
    await clock.runUntil(open().exclusive(key, work));
    expect(clock.monotonic() - start).toBeGreaterThan(100_000);
    expect(clock.monotonic() - start).toBeLessThan(200_000);
  });

  test("a store that does not honour ifAbsent still lets one in at a time", async () => {
    const clock = createManualClock(now);
    const memory = new MemoryStore();
    const lax: ObjectStore = {
      get: (name) => memory.get(name),
      list: (prefix) => memory.list(prefix),
      delete: (name) => memory.delete(name),
      put: (name, bytes) => memory.put(name, bytes),
    };
    let inside = 0;
    let worst = 0;
    const work = async (): Promise<void> => {
      worst = Math.max(worst, ++inside);
      await clock.sleep(50);
      inside--;
    };
    const all = Array.from({ length: 4 }, () => createObjectTokenStore(lax, { clock }).exclusive(key, work));
    await clock.runUntil(Promise.all(all));
    expect(worst).toBe(1);
  });
});

describe("the token", () => {
  test("is issued again once when it dies at any call, and no call fails", async () => {
    for (let nth = 2; nth < 12; nth += 3) {
      const { clock, simulator, client } = world({
        faults: [{ do: "token-revoked", endpoint: "FHKST01010100", nth }],
      });
      const one = client(createMemoryTokenStore());
      const work = Promise.all(Array.from({ length: 20 }, () => one.quote("005930")));
      expect(await clock.runUntil(work)).toHaveLength(20);
      expect(simulator.stats.tokenIssues).toBe(2);
      expect(simulator.stats.byEndpoint["/oauth2/tokenP"]).toBe(2);
    }
  });

  test("that another program has renewed is taken from the store: no issue", async () => {
    const { clock, simulator, client } = world();
    const store = createMemoryTokenStore();
    const [one, two] = [client(store), client(store)];
    await clock.runUntil(Promise.all([one.quote("005930"), two.quote("005930")]));
    simulator.revokeTokens();
    await clock.advance(120_000);
    const renewedAt = clock.now();
    await clock.runUntil(one.quote("005930"));
    await clock.runUntil(two.quote("005930"));
    expect(simulator.stats.tokenIssues).toBe(2);
    // Each client tells of those that it had issued itself: the other's are not counted twice.
    const [first, second] = [one.tokens, two.tokens];
    expect(first.issued + second.issued).toBe(2);
    expect(Math.max(first.issuedAt ?? 0, second.issuedAt ?? 0)).toBeGreaterThanOrEqual(renewedAt);
    expect(client(createMemoryTokenStore()).tokens).toEqual({ issued: 0, issuedAt: undefined });
  });

  test("is renewed before its end, once, and used to its end where that fails", async () => {
    const { clock, simulator, client } = world();
    const one = client(createMemoryTokenStore());
    await clock.runUntil(one.quote("005930"));
    await clock.advance(86_400_000 - 1_300_000);
    await clock.runUntil(Promise.all([one.quote("005930"), one.quote("000660")]));
    await clock.advance(5000);
    expect(simulator.stats.tokenIssues).toBe(2);
    await clock.runUntil(one.quote("005930"));
    expect(simulator.stats.byEndpoint["/oauth2/tokenP"]).toBe(2);
  });

  test("that cannot be renewed is used to its end, and asked for no more than every five minutes", async () => {
    const { clock, simulator, client } = world({
      faults: [{ do: "html-502", endpoint: "tokenP", when: () => down }],
    });
    let down = false;
    const one = client(createMemoryTokenStore());
    await clock.runUntil(one.quote("005930"));
    await clock.advance(86_400_000 - 1_300_000);
    down = true;
    for (let i = 0; i < 10; i++) {
      await clock.runUntil(one.quote("005930"));
      await clock.advance(30_000);
    }
    // One try, and its two repetitions; then one more five minutes on.
    expect(simulator.stats.byEndpoint["/oauth2/tokenP"]).toBeLessThanOrEqual(7);
  });

  test("EGW00133 waits for the winner, and takes what it puts into the store", async () => {
    const { clock, simulator, client } = world();
    const winner = createMemoryTokenStore();
    await clock.runUntil(client(winner).quote("005930"));
    const store = createMemoryTokenStore();
    const told: string[] = [];
    const logger = { ...silentLogger, warn: (_: object, message: string) => void told.push(message) };
    const loser = client(store, { logger });
    const call = loser.quote("005930");
    await clock.advance(5000);
    expect(told).toEqual([expect.stringContaining("waiting for it, up to a minute")]);
    expect(simulator.stats.byCode["EGW00133"]).toBe(1);
    const hash = createHash("sha256").update("test").digest("hex");
    const won = await winner.read({ environment: "live", appKeyHash: hash });
    await store.write(won!);
    await clock.advance(2000);
    expect(await call).toMatchObject({ symbol: "005930" });
    expect(simulator.stats.tokenIssues).toBe(1);
  });

  test("EGW00133 that goes on ends in KisRateLimitError after 70 s", async () => {
    const clock = createManualClock(now);
    const refuse = () =>
      Promise.resolve(
        new Response(
          '{"error_code":"EGW00133","error_description":"접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)"}',
          { status: 403 },
        ),
      );
    const one = clientOf({ fetch: refuse, clock }, { clock, limiter: unpaced() });
    const call = one.quote("005930").catch((error: unknown) => error);
    const error = await clock.runUntil(call);
    expect(error).toBeInstanceOf(KisRateLimitError);
    expect(error).toMatchObject({ msgCd: "EGW00133", status: 403, retryAfterMs: 60_000 });
    expect(clock.monotonic()).toBeLessThanOrEqual(72_000);
  });

  test.each([
    ["9 hours ahead", 9 * 3_600_000],
    ["2 days ahead", 2 * 86_400_000],
    ["a day behind", -86_400_000],
  ])("lives on a host whose clock is %s", async (_, skew) => {
    const { clock, simulator } = world();
    const skewed = { ...clock, now: () => clock.now() + skew };
    const one = clientOf(simulator, { clock: skewed });
    for (let i = 0; i < 5; i++) await clock.runUntil(one.quote("005930"));
    expect(simulator.stats.tokenIssues).toBe(1);
  });

  test("revokeToken takes it out of use everywhere, and approvalKey is had without it", async () => {
    const { clock, simulator, client } = world();
    const store = createMemoryTokenStore();
    const one = client(store);
    await clock.runUntil(one.revokeToken());
    expect(simulator.stats.requests).toBe(0);
    await clock.runUntil(one.quote("005930"));
    await clock.runUntil(one.revokeToken());
    expect(simulator.stats.byEndpoint["/oauth2/revokeP"]).toBe(1);
    await clock.runUntil(one.quote("005930"));
    expect(simulator.stats.tokenIssues).toBe(2);
    expect(await clock.runUntil(one.approvalKey())).toMatch(/\S{10,}/);
  });

  test("an aborted caller does not take the token from the others", async () => {
    const { clock, client } = world();
    const one = client(createMemoryTokenStore());
    const stop = new AbortController();
    const reason = new Error("enough");
    const gone = one.minuteBars({ symbol: "005930", signal: stop.signal });
    const stays = one.quote("005930");
    stop.abort(reason);
    await expect(gone).rejects.toBe(reason);
    expect(await clock.runUntil(stays)).toMatchObject({ symbol: "005930" });
  });
});

import {
  MemoryStore,
  type ObjectStore,
  type TokenStore,
  createMemoryTokenStore,
  createObjectTokenStore,
  kstInstant,
  silentLogger,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { expect, test } from "vitest";
import { createTokenSource, staysRefused } from "../../../src/kis/token/index.js";
import { mayRetry } from "../../../src/kis/wire/index.js";
import { clientOf } from "../unpaced.js";

const OK = { rt_cd: "0", output: { stck_prpr: "100", acml_vol: "1", acml_tr_pbmn: "100" } };

/** A KIS that answers with the same token for six hours, unless it was revoked. */
function world(options: { revokeFails?: boolean; refusesAll?: boolean } = {}) {
  const clock = createManualClock(kstInstant("2026-11-20", "10:00"));
  const seen = { issued: 0, revoked: [] as string[], calls: 0 };
  const issuedAt: number[] = [];
  const refused = new Set<string>();
  let number = 1;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { url } = new Request(input);
    if (url.endsWith("/tokenP")) {
      seen.issued++;
      issuedAt.push(clock.now());
      return Response.json({ access_token: `token-number-${number}`, expires_in: 80_000 });
    }
    if (url.endsWith("/revokeP")) {
      const { token } = JSON.parse(typeof init?.body === "string" ? init.body : "") as { token: string };
      seen.revoked.push(token);
      if (options.revokeFails === true) return Response.json({ error_code: "EGW00121" }, { status: 403 });
      number++;
      return Response.json({ code: 200 });
    }
    seen.calls++;
    const token = new Headers(init?.headers).get("authorization")?.slice(7) ?? "";
    return options.refusesAll === true || refused.has(token)
      ? Response.json({ rt_cd: "1", msg_cd: "EGW00121" }, { status: 500 })
      : Response.json(OK);
  };
  const client = (tokenStore = createMemoryTokenStore()) =>
    clientOf({ fetch, clock }, { clock, tokenStore, random: () => 0.5 });
  /** Seconds between one issue and the next. */
  const gaps = (): readonly number[] =>
    issuedAt.slice(1).map((at, before) => Math.round((at - (issuedAt[before] ?? 0)) / 1000));
  return { clock, seen, refused, client, gaps };
}

test("a token that KIS refuses and would issue again is revoked first: the call succeeds", async () => {
  const { clock, seen, refused, client } = world();
  const one = client();
  await clock.runUntil(one.quote("005930"));
  await clock.advance(120_000);
  refused.add("token-number-1");
  expect(await clock.runUntil(one.quote("005930"))).toMatchObject({ price: 100 });
  expect(seen).toEqual({ issued: 2, revoked: ["token-number-1"], calls: 3 });
});

test("after six hours KIS issues another by itself: nothing is revoked", async () => {
  const { clock, seen, refused, client } = world();
  const one = client();
  await clock.runUntil(one.quote("005930"));
  await clock.advance(6 * 3_600_000);
  refused.add("token-number-1");
  await clock.runUntil(one.quote("005930").catch((error: unknown) => error));
  expect(seen.revoked).toEqual([]);
});

test("a revocation that fails ends nothing: KIS is asked, and its refusal is the caller's", async () => {
  const { clock, seen, refused, client } = world({ revokeFails: true });
  const one = client();
  await clock.runUntil(one.quote("005930"));
  await clock.advance(120_000);
  refused.add("token-number-1");
  await expect(clock.runUntil(one.quote("005930"))).rejects.toMatchObject({ name: "KisAuthError" });
  expect(seen).toMatchObject({ issued: 2, revoked: ["token-number-1"] });
});

test("a token whose revocation failed is revoked once KIS gives it again and then refuses it", async () => {
  const options = { revokeFails: true };
  const { clock, seen, refused, client } = world(options);
  const one = client();
  await clock.runUntil(one.quote("005930"));
  await expect(clock.runUntil(one.revokeToken())).rejects.toMatchObject({ name: "KisAuthError" });
  await clock.advance(120_000);
  await clock.runUntil(one.quote("005930"));
  refused.add("token-number-1");
  options.revokeFails = false;
  await clock.advance(120_000);
  expect(await clock.runUntil(one.quote("005930"))).toMatchObject({ price: 100 });
  expect(seen).toMatchObject({ issued: 3, revoked: ["token-number-1", "token-number-1"] });
});

test("a lease that cannot be given back fails no call, and a store that is away costs the lock alone", async () => {
  const base = new MemoryStore();
  const stubborn: ObjectStore = {
    get: (key) => base.get(key),
    list: (prefix) => base.list(prefix),
    delete: (key) => base.delete(key),
    put: (key, bytes, how) =>
      new TextDecoder().decode(bytes).includes('"until":0')
        ? Promise.reject(new Error("503 SlowDown"))
        : base.put(key, bytes, how),
  };
  const away: ObjectStore = {
    get: () => Promise.reject(new Error("away")),
    put: () => Promise.reject(new Error("away")),
    delete: () => Promise.reject(new Error("away")),
    list: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("away")) }) }),
  };
  for (const store of [stubborn, away]) {
    const warned: object[] = [];
    const quiet = (): void => undefined;
    const logger = {
      debug: quiet,
      info: quiet,
      error: quiet,
      warn: (facts: object) => void warned.push(facts),
    };
    const { clock, seen, client } = world();
    const one = client(createObjectTokenStore(store, { clock, logger }));
    for (let n = 0; n < 2; n++) {
      expect(await clock.runUntil(one.quote("005930"))).toMatchObject({ price: 100 });
    }
    expect(seen.issued).toBe(1);
    expect(warned).toHaveLength(1);
  }
});

const MINUTE = 60_000;
const failure = (error: unknown): unknown => error;

test("tokens that stay refused are replaced after waits that double, six hours at the most, in any process", async () => {
  const { clock, seen, client, gaps } = world({ refusesAll: true });
  const tokenStore = createMemoryTokenStore();
  let one = client(tokenStore);
  for (let minute = 0; minute < 24 * 60; minute++) {
    const started = clock.monotonic();
    expect(await clock.runUntil(one.quote("005930").catch(failure))).toMatchObject({
      name: "KisAuthError",
      retryable: true,
    });
    expect(clock.monotonic() - started).toBeLessThanOrEqual(75_000);
    await clock.advance(MINUTE);
    // A loop that starts the program anew.
    if (minute % 7 === 6) one = client(tokenStore);
  }
  // A second more than the wait each, in which the refused one is revoked, for six hours after its issue.
  expect(gaps()).toEqual([62, 62, 123, 245, 489, 977, 1953, 3905, 7809, 15_617, 21_600, 21_600]);
  expect(seen.issued).toBe(13);
});

test("meanwhile the token at hand is tried, and the error says until when no other is asked for", async () => {
  const options = { refusesAll: true };
  const { clock, seen, client } = world(options);
  const tokenStore = createMemoryTokenStore();
  for (let call = 0; call < 3; call++)
    await clock.runUntil(client(tokenStore).quote("005930").catch(failure));
  const { issued, calls } = seen;
  const error = await clock.runUntil(client(tokenStore).quote("005930").catch(failure));
  expect(error).toMatchObject({ name: "KisAuthError", msgCd: "EGW00121", retryable: true });
  const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
  expect(retryAfterMs).toBeGreaterThan(70_000);
  expect(String(error)).toContain("before 2026-11-20 10:04:06 KST");
  expect(JSON.stringify(error)).not.toContain("token-number");
  expect(seen).toMatchObject({ issued, calls: calls + 1 });
  // The gateway has the token after all: no other is needed.
  options.refusesAll = false;
  expect(await clock.runUntil(client(tokenStore).quote("005930"))).toMatchObject({ price: 100 });
  expect(seen.issued).toBe(issued);
});

test("a token that worked for as long as the wait is replaced at once, as the first was", async () => {
  const options = { refusesAll: true };
  const { clock, seen, refused, client } = world(options);
  const one = client();
  for (let call = 0; call < 6; call++) {
    await clock.runUntil(one.quote("005930").catch(failure));
    await clock.advance(2 * MINUTE);
  }
  options.refusesAll = false;
  await clock.advance(60 * MINUTE);
  refused.add(`token-number-${seen.issued}`);
  expect(await clock.runUntil(one.quote("005930"))).toMatchObject({ price: 100 });
  const { issued } = seen;
  await clock.advance(60 * MINUTE);
  refused.add(`token-number-${issued}`);
  expect(await clock.runUntil(one.quote("005930"))).toMatchObject({ price: 100 });
  await clock.advance(2 * MINUTE);
  refused.add(`token-number-${issued + 1}`);
  expect(await clock.runUntil(one.quote("005930"))).toMatchObject({ price: 100 });
  expect(seen.issued).toBe(issued + 2);
});

test("revokeToken() begins anew: the next call gets another token, and one in its place", async () => {
  const { clock, seen, client } = world({ refusesAll: true });
  const one = client();
  while (seen.issued < 4) {
    await clock.runUntil(one.quote("005930").catch(failure));
    await clock.advance(10_000);
  }
  const { issued } = seen;
  await clock.runUntil(one.quote("005930").catch(failure));
  expect(seen.issued).toBe(issued);
  await clock.runUntil(one.revokeToken().catch(failure));
  await clock.runUntil(one.quote("005930").catch(failure));
  expect(seen.issued).toBe(issued + 2);
});

test("also where the only token was given up: the wait for another ends", async () => {
  const clock = createManualClock(kstInstant("2026-11-20", "10:00"));
  let waitMs = 600_000;
  let issued = 0;
  const left = (): Promise<number> => Promise.resolve(waitMs);
  const source = createTokenSource({
    key: { environment: "live", appKeyHash: "a".repeat(64) },
    store: createMemoryTokenStore(),
    clock,
    random: () => 0.5,
    logger: silentLogger,
    replacements: {
      refused: left,
      waitMs: left,
      issued: () => Promise.resolve(),
      forget: async () => void (waitMs = 0),
    },
    issue: async () => ({
      accessToken: `token-number-${++issued}`,
      expiresAt: clock.now() + 86_400_000,
    }),
    revoke: () => Promise.resolve(),
  });
  source.invalidate(await source.get());
  await expect(source.get()).rejects.toMatchObject({ name: "KisAuthError", retryAfterMs: 600_000 });
  expect(await source.forget()).toBeUndefined();
  expect(await clock.runUntil(source.get())).toBe("token-number-2");
});

test("a call for which no token is asked for is not tried again at once", () => {
  expect(mayRetry(staysRefused(600_000, 0), true)).toBe(false);
});

test.each(["abort()", "close()"])(
  "%s ends a call whose refusal a store that hangs takes no note of",
  async (end) => {
    const { clock, refused, client } = world();
    const memory = createMemoryTokenStore();
    let hung: (() => void) | undefined;
    const tokenStore: TokenStore = {
      ...memory,
      read: (key) =>
        hung === undefined
          ? memory.read(key)
          : new Promise(() => {
              hung?.();
            }),
    };
    const one = client(tokenStore);
    await clock.runUntil(one.quote("005930"));
    refused.add("token-number-1");
    const hangs = new Promise<void>((resolve) => (hung = resolve));
    const ending = new AbortController();
    const call = one.quote("005930", { signal: ending.signal }).catch(failure);
    await hangs;
    if (end === "abort()") ending.abort(new Error("enough"));
    else await one.close();
    expect(String(await call)).toContain(end === "abort()" ? "enough" : "a closed one");
  },
);

test("a token that another process got meanwhile is used, whatever the wait", async () => {
  const options = { refusesAll: false };
  const { clock, seen, refused, client } = world(options);
  const tokenStore = createMemoryTokenStore();
  const [one, two] = [client(tokenStore), client(tokenStore)];
  for (const each of [one, two]) await clock.runUntil(each.quote("005930"));
  refused.add("token-number-1");
  options.refusesAll = true;
  while (seen.issued < 4) {
    await clock.runUntil(one.quote("005930").catch(failure));
    await clock.advance(10_000);
  }
  options.refusesAll = false;
  expect(await clock.runUntil(two.quote("005930"))).toMatchObject({ price: 100 });
  // An old token that is refused says nothing of the new ones.
  options.refusesAll = true;
  await clock.runUntil(two.quote("005930").catch(failure));
  expect(seen.issued).toBe(4);
});

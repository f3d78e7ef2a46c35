import {
  MemoryStore,
  type ObjectStore,
  createMemoryTokenStore,
  createObjectTokenStore,
  kstInstant,
} from "hantoo";
import { createManualClock } from "hantoo/testing";
import { expect, test } from "vitest";
import { clientOf } from "../unpaced.js";

const OK = { rt_cd: "0", output: { stck_prpr: "100", acml_vol: "1", acml_tr_pbmn: "100" } };

/** A KIS that answers with the same token for six hours, unless it was revoked. */
function world(options: { revokeFails?: boolean } = {}) {
  const clock = createManualClock(kstInstant("2026-11-20", "10:00"));
  const seen = { issued: 0, revoked: [] as string[], calls: 0 };
  const refused = new Set<string>();
  let number = 1;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { url } = new Request(input);
    if (url.endsWith("/tokenP")) {
      seen.issued++;
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
    return refused.has(token)
      ? Response.json({ rt_cd: "1", msg_cd: "EGW00121" }, { status: 500 })
      : Response.json(OK);
  };
  const client = (tokenStore = createMemoryTokenStore()) =>
    clientOf({ fetch, clock }, { clock, tokenStore, random: () => 0.5 });
  return { clock, seen, refused, client };
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

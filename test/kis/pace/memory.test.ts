import { KisClient, type Pace, type TokenStore, createMemoryTokenStore } from "hantoo";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createCounter } from "./kis-model.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const OK = { rt_cd: "0", output: { stck_prpr: "100", acml_vol: "1", acml_tr_pbmn: "100" } };
const KEY = "an-app-key-of-nobody";

/** A key of KIS's that lets `limit` calls into any second; each answer takes 30 ms. */
function kis(limit: number) {
  const isLet = createCounter({ limit, slides: true, countsRefused: true });
  const fetch: typeof globalThis.fetch = async (input) => {
    const { url } = new Request(input);
    await new Promise((resolve) => void setTimeout(resolve, 10));
    const answer = url.endsWith("/tokenP")
      ? Response.json({ access_token: "a-token", expires_in: 86_400 })
      : isLet(performance.now())
        ? Response.json(OK)
        : Response.json({ rt_cd: "1", msg_cd: "EGW00201" }, { status: 500 });
    await new Promise((resolve) => void setTimeout(resolve, 20));
    return answer;
  };
  return fetch;
}

/** One process: makes its calls, and is gone. @returns what its pace was at the end. */
async function process(tokenStore: TokenStore, limit: number, calls: number, more = {}): Promise<Pace> {
  const client = new KisClient({
    appKey: KEY,
    appSecret: "secret-secret",
    tokenStore,
    fetch: kis(limit),
    ...more,
  });
  const work = Promise.all(Array.from({ length: calls }, () => client.quote("005930")));
  const state = { isDone: false };
  void work.then(() => (state.isDone = true));
  while (!state.isDone) await vi.advanceTimersByTimeAsync(500);
  const { pace } = client;
  await client.close();
  return pace;
}

describe("what a pace learned", () => {
  test("is kept beside the token, without the key, and the next process begins with it", async () => {
    const memory = createMemoryTokenStore();
    const kept: string[] = [];
    const tokenStore: TokenStore = {
      ...memory,
      remember: (key, name, text) => {
        kept.push(`${name} ${text}`);
        return memory.remember!(key, name, text);
      },
    };
    const first = await process(tokenStore, 18, 60);
    expect(first).toMatchObject({ ceiling: 18, current: 15, refusals: 0, learnedAt: undefined });
    const busy = await process(tokenStore, 18, 15 * 61 + 16 * 61 + 17 * 61);
    expect(busy).toMatchObject({ current: 18, refusals: 0 });
    expect(busy.learnedAt).toBeTypeOf("number");
    expect(await process(tokenStore, 18, 5)).toEqual(busy);
    const poor = await process(tokenStore, 3, 60);
    expect(poor.refusals).toBeGreaterThan(0);
    expect(poor.current).toBeLessThanOrEqual(9);
    const next = await process(tokenStore, 3, 12);
    expect(next.learnedAt).toBe(poor.learnedAt);
    expect(next.refusals, "it knows").toBe(0);
    expect(kept.length).toBeGreaterThan(2);
    for (const text of kept) {
      expect(text).toMatch(/^pace \{"rate":\d+,/);
      expect(text).not.toContain(KEY);
    }
  });

  test("stands behind a rate that was named, and costs nothing where it cannot be kept or read", async () => {
    const tokenStore = createMemoryTokenStore();
    await process(tokenStore, 3, 60);
    expect(await process(tokenStore, 18, 20, { rateLimit: 10 })).toMatchObject({ ceiling: 10, current: 10 });
    const broken: TokenStore = {
      ...createMemoryTokenStore(),
      recall: () => Promise.reject(new Error("away")),
      remember: () => Promise.reject(new Error("away")),
    };
    expect(await process(broken, 3, 20)).toMatchObject({ ceiling: 18 });
    const torn: TokenStore = { ...createMemoryTokenStore(), recall: () => Promise.resolve('{"rate":1e9}') };
    expect(await process(torn, 18, 20)).toMatchObject({ current: 15 });
  });
});

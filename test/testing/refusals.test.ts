import { describe, expect, test } from "vitest";
import { type Fault, type LimitOptions, createManualClock } from "hantoo/testing";
import { CREDENTIALS, at, createAsker, itemChartQuery } from "./ask-kis.js";

const CHART = "FHKST03010230";
const query = {
  ...itemChartQuery("005930", "153000"),
  FID_INPUT_DATE_1: "20261119",
  FID_FAKE_TICK_INCU_YN: "",
};
const answer = async (fault: Fault["do"]) => {
  const kis = createAsker({ now: at("12:00"), faults: [{ do: fault, endpoint: CHART }] });
  return { kis, ...(await kis.get(CHART, query)) };
};

describe("refusals that pass", () => {
  test("EGW00215 with HTTP 500, OPSQ0003 with 200, any code as given", async () => {
    expect(await answer({ code: "EGW00215" })).toMatchObject({
      status: 500,
      body: { rt_cd: "1", msg_cd: "EGW00215" },
    });
    expect(await answer({ code: "OPSQ0003" })).toMatchObject({
      status: 200,
      body: { msg_cd: "OPSQ0003", msg1: "" },
    });
    expect(await answer({ code: "XYZ00001", status: 503, message: "no" })).toMatchObject({
      status: 503,
      body: { msg_cd: "XYZ00001", msg1: "no" },
    });
  });

  test("one of them by chance, counted by its own name and by the code", async () => {
    const kis = createAsker({ now: at("12:00"), faults: [{ do: "passing-error", endpoint: CHART }] });
    const codes = new Set<string>();
    for (let call = 0; call < 60; call++) codes.add((await kis.get(CHART, query)).body.msg_cd);
    expect(codes.size).toBeGreaterThan(5);
    expect(codes).toContain("EGW00215");
    expect(kis.sim.stats.faultsByName).toEqual({ "passing-error": 60 });
    expect(kis.sim.stats.byCode["EGW00215"]).toBeGreaterThan(0);
  });

  test("HTTP 429, and bodies that are no answer", async () => {
    const kis = createAsker({ now: at("12:00"), faults: [{ do: "http-429", endpoint: CHART, times: 1 }] });
    const response = await kis.sim.fetch("http://kis.invalid/x", { headers: { tr_id: CHART } });
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
    const bare = await answer("no-container");
    expect(Object.keys(bare.body).toSorted()).toEqual(["msg1", "msg_cd", "rt_cd"]);
    expect((await answer("foreign-json")).body).toEqual({ message: "시스템 점검중입니다" });
    expect((await answer("filler-row")).body.output2.at(-1)).toEqual({});
  });
});

describe("the rate as KIS may count it", () => {
  const admitted = async (
    limits: LimitOptions,
    gapsMs: readonly number[],
    start = at("12:00"),
  ): Promise<boolean[]> => {
    const clock = createManualClock(start);
    const kis = createAsker({ clock, limits: { tokenPerSecond: false, ...limits } });
    await kis.token();
    await clock.advance(10_000);
    const seen: boolean[] = [];
    for (const gap of gapsMs) {
      await clock.advance(gap);
      seen.push((await kis.get("FHKST03010200", itemChartQuery("005930", "120000"))).body.rt_cd === "0");
    }
    return seen;
  };

  test("a fixed second forgets at its end what a sliding one still holds", async () => {
    const gaps = [900, 0, 200, 0];
    expect(await admitted({ perSecond: 2, window: "fixed" }, gaps)).toEqual([true, true, true, true]);
    expect(await admitted({ perSecond: 2 }, gaps)).toEqual([true, true, false, false]);
  });

  test("refused calls that count keep a hammering caller out", async () => {
    const hammer = Array.from({ length: 12 }, () => 250);
    const counted = await admitted({ perSecond: 2, countRefused: true }, hammer);
    const free = await admitted({ perSecond: 2 }, hammer);
    expect(counted.filter(Boolean).length).toBe(2);
    expect(free.filter(Boolean).length).toBeGreaterThan(5);
  });

  test("a new key has three a second, until it is no longer new", async () => {
    const burst = [0, 0, 0, 0, 0];
    const until = at("12:00:11");
    expect(await admitted({ newAccountUntil: until }, burst)).toEqual([true, true, true, false, false]);
    expect(await admitted({ newAccountUntil: until }, [2000, 0, 0, 0, 0])).toEqual(burst.map(() => true));
  });

  test("other programs on the key leave less, while they run", async () => {
    const others = { perSecond: 15, from: at("12:00"), until: at("12:01") };
    const six = [0, 0, 0, 0, 0, 0];
    expect((await admitted({ others }, six)).filter(Boolean)).toHaveLength(3);
    expect((await admitted({ others }, [60_000, ...six])).filter(Boolean)).toHaveLength(7);
  });

  test("spread over servers, a burst within the limit is refused now and then", async () => {
    const burst = Array.from({ length: 18 }, () => 0);
    expect((await admitted({ perSecond: 18, servers: 3 }, burst)).every(Boolean)).toBe(false);
    const even = Array.from({ length: 30 }, () => 200);
    expect((await admitted({ perSecond: 18, servers: 3 }, even)).every(Boolean)).toBe(true);
  });
});

describe("tokens that end early", () => {
  const issue = async (kis: ReturnType<typeof createAsker>): Promise<string> => {
    kis.sim.clock.advance(61_000);
    const response = await kis.sim.fetch("http://kis.invalid/oauth2/tokenP", {
      method: "POST",
      body: JSON.stringify(CREDENTIALS),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  };
  const code = async (kis: ReturnType<typeof createAsker>, token: string): Promise<string> =>
    (await kis.get(CHART, query, { authorization: `Bearer ${token}` })).body.msg_cd;

  test("tokenP gives the same refused token until it is revoked", async () => {
    const kis = createAsker({ now: at("12:00"), quirks: { sameEndedToken: true } });
    const first = await issue(kis);
    kis.sim.revokeTokens();
    expect(await code(kis, first)).toBe("EGW00121");
    expect(await issue(kis)).toBe(first);
    await kis.sim.fetch("http://kis.invalid/oauth2/revokeP", {
      method: "POST",
      body: JSON.stringify({ ...CREDENTIALS, token: first }),
    });
    const second = await issue(kis);
    expect(second).not.toBe(first);
    expect(await code(kis, second)).toBe("MCA00000");
  });

  test("with a code of its own, and by a newer one where KIS keeps one", async () => {
    const kis = createAsker({ now: at("12:00"), quirks: { endedTokenCode: "EGW00304", oneToken: true } });
    const first = await issue(kis);
    kis.sim.clock.advance(7 * 3_600_000);
    const second = await issue(kis);
    expect([await code(kis, first), await code(kis, second)]).toEqual(["EGW00304", "MCA00000"]);
    const plain = createAsker({ now: at("12:00") });
    const older = await issue(plain);
    plain.sim.clock.advance(7 * 3_600_000);
    await issue(plain);
    expect(await code(plain, older)).toBe("MCA00000");
  });
});

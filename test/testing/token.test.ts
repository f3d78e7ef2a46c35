import { describe, expect, test } from "vitest";
import { createKisSimulator, createManualClock } from "hantoo/testing";
import { CREDENTIALS, at, createAsker, itemChartQuery } from "./ask-kis.js";

const HOUR = 3_600_000;
const post = async (
  sim: ReturnType<typeof createKisSimulator>,
  path: string,
  body: object,
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await sim.fetch(`https://kis.invalid${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const start = (options = {}): ReturnType<typeof createKisSimulator> =>
  createKisSimulator({ now: at("09:00"), limits: { tokenPerSecond: false }, ...options });

describe("tokenP", () => {
  test("gives a token for 24 hours, the expiry in KST without a zone", async () => {
    const { status, body } = await post(start(), "/oauth2/tokenP", CREDENTIALS);
    expect(status).toBe(200);
    expect(body["access_token_token_expired"]).toBe("2026-11-21 09:00:00");
    expect([body["expires_in"], body["token_type"]]).toEqual([86_400, "Bearer"]);
    expect(String(body["access_token"])).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  test("answers once a minute, else 403 in its own shape", async () => {
    const sim = start();
    await post(sim, "/oauth2/tokenP", CREDENTIALS);
    sim.clock.advance(59_000);
    const { status, body } = await post(sim, "/oauth2/tokenP", CREDENTIALS);
    expect(status).toBe(403);
    expect(Object.keys(body)).toEqual(["error_code", "error_description"]);
    expect(body["error_code"]).toBe("EGW00133");
    sim.clock.advance(1000);
    expect((await post(sim, "/oauth2/tokenP", CREDENTIALS)).status).toBe(200);
  });

  test("gives the same token within six hours and a new one after, each new one a notice", async () => {
    const sim = start();
    const issue = async (): Promise<unknown> =>
      (await post(sim, "/oauth2/tokenP", CREDENTIALS)).body["access_token"];
    const first = await issue();
    sim.clock.advance(6 * HOUR - 1);
    expect(await issue()).toBe(first);
    expect([sim.stats.tokenIssues, sim.stats.tokenRepeats]).toEqual([1, 1]);
    sim.clock.advance(60_000);
    expect(await issue()).not.toBe(first);
    expect([sim.stats.tokenIssues, sim.stats.tokenRepeats]).toEqual([2, 1]);
  });

  test("refuses a wrong key and a wrong secret by code, and counts no issue", async () => {
    const sim = start({ appKey: "P".repeat(36), appSecret: "s".repeat(180) });
    const key = await post(sim, "/oauth2/tokenP", CREDENTIALS);
    expect([key.status, key.body["error_code"]]).toEqual([403, "EGW00103"]);
    const secret = await post(sim, "/oauth2/tokenP", { ...CREDENTIALS, appkey: "P".repeat(36) });
    expect(secret.body["error_code"]).toBe("EGW00105");
    expect((await post(sim, "/oauth2/tokenP", { ...CREDENTIALS, grant_type: "" })).status).toBe(403);
    expect(sim.stats.tokenIssues).toBe(0);
  });

  test("one minute of a shared manual clock is a minute", async () => {
    const clock = createManualClock(at("09:00"));
    const sim = start({ clock });
    await post(sim, "/oauth2/tokenP", CREDENTIALS);
    expect((await post(sim, "/oauth2/tokenP", CREDENTIALS)).status).toBe(403);
    await clock.advance(60_000);
    expect((await post(sim, "/oauth2/tokenP", CREDENTIALS)).status).toBe(200);
  });
});

describe("a quotation's token", () => {
  const ask = async (kis: ReturnType<typeof createAsker>, headers = {}): Promise<[number, string]> => {
    const { status, body } = await kis.get("FHKST03010200", itemChartQuery("005930", "120000"), headers);
    return [status, body.msg_cd];
  };

  test("is asked for, known, in force and neither revoked nor expired", async () => {
    const kis = createAsker({ now: at("12:00") });
    expect(await ask(kis)).toEqual([200, "MCA00000"]);
    expect(await ask(kis, { authorization: "Bearer nobody" })).toEqual([500, "EGW00121"]);
    expect(await ask(kis, { authorization: "Basic x" })).toEqual([500, "EGW00205"]);
    kis.sim.clock.advance(24 * HOUR - 1);
    expect(await ask(kis)).toEqual([200, "MCA00000"]);
    kis.sim.clock.advance(1);
    expect(await ask(kis)).toEqual([500, "EGW00123"]);
  });

  test("dies with revokeP, after which tokenP gives another", async () => {
    const kis = createAsker({ now: at("12:00") });
    const token = await kis.token();
    const { body } = await post(kis.sim, "/oauth2/revokeP", { appkey: "test", appsecret: "test", token });
    expect(body).toEqual({ code: 200, message: "접근토큰 폐기에 성공하였습니다" });
    expect(await ask(kis)).toEqual([500, "EGW00121"]);
    kis.sim.clock.advance(60_000);
    expect((await post(kis.sim, "/oauth2/tokenP", CREDENTIALS)).body["access_token"]).not.toBe(token);
  });

  test.each([401, 200, 500] as const)(
    "is refused with status %i where so chosen",
    async (tokenErrorStatus) => {
      const kis = createAsker({ now: at("12:00"), quirks: { tokenErrorStatus } });
      await ask(kis);
      kis.sim.revokeTokens();
      expect(await ask(kis)).toEqual([tokenErrorStatus, "EGW00121"]);
    },
  );

  test("goes with the key, the secret and a TR that fits the path", async () => {
    const kis = createAsker({ now: at("12:00") });
    expect((await ask(kis, { appkey: "other" }))[1]).toBe("EGW00103");
    expect((await ask(kis, { appsecret: "other" }))[1]).toBe("EGW00105");
    expect((await ask(kis, { custtype: "X" }))[1]).toBe("EGW00208");
    expect(await ask(kis, { tr_id: "FHKST03010230" })).toEqual([500, "OPSQ0002"]);
  });
});

test("Approval takes the secret as secretkey and gives a key of 36 characters", async () => {
  const sim = start();
  const { body } = await post(sim, "/oauth2/Approval", {
    grant_type: "client_credentials",
    appkey: "test",
    secretkey: "test",
  });
  expect(body["approval_key"]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect((await post(sim, "/oauth2/Approval", CREDENTIALS)).body["error_code"]).toBe("EGW00105");
});

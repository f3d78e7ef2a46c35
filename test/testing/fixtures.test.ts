import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { KisClient, createMemoryTokenStore } from "hantoo";
import { createKisSimulator, createManualClock, replay } from "hantoo/testing";
import { at } from "./ask-kis.js";

const DIR = "test/fixtures/kis";

describe("the fixtures of the project", () => {
  test("say what they are and hold no credential", () => {
    expect(readFileSync(`${DIR}/README.md`, "utf8")).toContain("simulated KIS");
    expect(existsSync(`${DIR}/README.md`)).toBe(true);
  });

  test("are what the simulator answers today: npm run fixtures makes them anew", async () => {
    const played = replay(DIR);
    const sim = createKisSimulator({ seed: 20_261_120, now: at("10:36:20"), limits: false });
    const issued = await sim.fetch("http://kis.invalid/oauth2/tokenP", {
      method: "POST",
      body: JSON.stringify({ grant_type: "client_credentials", appkey: "test", appsecret: "test" }),
    });
    const { access_token: token } = (await issued.json()) as { access_token: string };
    const url =
      "http://kis.invalid/uapi/domestic-stock/v1/quotations/inquire-time-dailychartprice?" +
      "FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930&FID_INPUT_HOUR_1=153000&FID_PW_DATA_INCU_YN=Y" +
      "&FID_INPUT_DATE_1=20261120&FID_FAKE_TICK_INCU_YN=";
    const headers = {
      authorization: `Bearer ${token}`,
      appkey: "test",
      appsecret: "test",
      tr_id: "FHKST03010230",
      custtype: "P",
    };
    for (const time of ["10:36:20", "20:30:00"]) {
      sim.clock.set(at(time));
      const live = await (await sim.fetch(url, { headers })).text();
      expect(await (await played(url, { headers })).text()).toBe(live);
    }
  });
});

describe("the client of this package", () => {
  test("reads a whole day of the simulator exactly, today and of the past, live", async () => {
    const clock = createManualClock(at("18:00"));
    const sim = createKisSimulator({ seed: 7, clock });
    const client = new KisClient({
      appKey: "test",
      appSecret: "test",
      fetch: sim.fetch,
      clock,
      tokenStore: createMemoryTokenStore(),
      rateLimit: 18,
    });
    for (const [symbol, tradingDay] of [
      ["005930", "2026-11-20"],
      ["28513K", "2026-11-19"],
      ["Q530036", "2026-06-01"],
      ["001080", "2026-11-20"],
    ] as const) {
      const answer = await clock.runUntil(client.minuteBars({ symbol, tradingDay }));
      expect(answer.complete, symbol).toBe(true);
      expect(answer.bars, symbol).toEqual(sim.truth(symbol, tradingDay));
    }
    expect(sim.stats.refusals).toBe(0);
    expect(sim.stats.tokenIssues).toBe(1);
    await client.close();
  });
});

// How to test an app of yours without a key, a trading day or a network: against a simulated KIS on this host.
import { expect, test } from "vitest";
import { KisClient, type MinuteBar, createMemoryTokenStore, kstInstant } from "hantoo";
import { startKisSimulator } from "hantoo/testing";

/** The app: any code of yours that is given a client. */
async function busiestMinute(client: KisClient, symbol: string): Promise<MinuteBar> {
  const { bars } = await client.minuteBars({ symbol, tradingDay: "2026-11-20" });
  return bars.reduce((most, bar) => (bar.volume > most.volume ? bar : most));
}

test("finds the busiest minute, also where KIS resets one answer in five", async () => {
  await using kis = await startKisSimulator({
    seed: 42,
    now: kstInstant("2026-11-20", "18:00"),
    faults: [{ do: "reset", endpoint: "FHKST03010230", probability: 0.2 }],
  });
  const { baseUrl, clock } = kis;
  const tokenStore = createMemoryTokenStore();
  await using client = new KisClient({ appKey: "test", appSecret: "test", baseUrl, clock, tokenStore });

  const found = await busiestMinute(client, "005930");

  const volumes = kis.truth("005930", "2026-11-20").map((bar) => bar.volume);
  expect(found.volume).toBe(Math.max(...volumes));
  expect(kis.stats.refusals).toBe(0);
});

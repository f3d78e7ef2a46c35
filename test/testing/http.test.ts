import { execFileSync } from "node:child_process";
import { Agent, request } from "node:http";
import { describe, expect, test } from "vitest";
import { createKisSimulator, startKisSimulator } from "hantoo/testing";
import { CREDENTIALS, at } from "./ask-kis.js";

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
const query = new URLSearchParams({
  FID_COND_MRKT_DIV_CODE: "J",
  FID_INPUT_ISCD: "005930",
  FID_INPUT_DATE_1: "20261120",
  FID_INPUT_HOUR_1: "153000",
  FID_PW_DATA_INCU_YN: "N",
  FID_FAKE_TICK_INCU_YN: "",
}).toString();

async function chart(baseUrl: string): Promise<{ status: number; text: string; headers: Headers }> {
  const { access_token: token } = (await (await post(`${baseUrl}/oauth2/tokenP`, CREDENTIALS)).json()) as {
    access_token: string;
  };
  const response = await fetch(
    `${baseUrl}/uapi/domestic-stock/v1/quotations/inquire-time-dailychartprice?${query}`,
    {
      headers: {
        authorization: `Bearer ${token}`,
        appkey: "test",
        appsecret: "test",
        tr_id: "FHKST03010230",
        custtype: "P",
      },
    },
  );
  return { status: response.status, text: await response.text(), headers: response.headers };
}

describe("startKisSimulator", () => {
  test("listens on the loopback interface alone, answers and ends", async () => {
    const sim = await startKisSimulator({ seed: 7, now: at("21:00") });
    expect(sim.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(sim.masterUrl.startsWith(sim.baseUrl)).toBe(true);
    const { status, text, headers } = await chart(sim.baseUrl);
    expect([status, headers.get("tr_id"), headers.get("content-type")]).toEqual([
      200,
      "FHKST03010230",
      "application/json; charset=utf-8",
    ]);
    const { output2 } = JSON.parse(text) as { output2: { cntg_vol: string }[] };
    expect(Number(output2[0]!.cntg_vol)).toBe(sim.truth("005930", "2026-11-20").at(-1)!.volume);
    expect(sim.stats.requests).toBe(2);
    expect(sim.stats.openConnections).toBeGreaterThan(0);
    await Promise.all([sim.close(), sim.close()]);
    expect(sim.stats.openConnections).toBe(0);
    await expect(fetch(sim.baseUrl)).rejects.toThrow();
  });

  test("the same seed gives the same bytes, in process and over a socket, and another seed others", async () => {
    const bytes = async (seed: number): Promise<string> => {
      await using sim = await startKisSimulator({ seed, now: at("12:05:30") });
      const { text } = await chart(sim.baseUrl);
      const token = await sim.fetch("http://kis.invalid/oauth2/tokenP", {
        method: "POST",
        body: JSON.stringify(CREDENTIALS),
      });
      expect(token.status).toBe(403);
      return text;
    };
    expect(await bytes(7)).toBe(await bytes(7));
    expect(await bytes(7)).not.toBe(await bytes(8));
  });

  test("a connection is kept for the next request", async () => {
    await using sim = await startKisSimulator({ now: at("12:00"), limits: { tokenPerSecond: false } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let call = 0; call < 5; call++) {
      await new Promise((resolve) => {
        const sent = request(`${sim.baseUrl}/oauth2/Approval`, { method: "POST", agent }, (response) => {
          response.resume().on("end", resolve);
        });
        sent.end("{}");
      });
    }
    expect(sim.stats.connections).toBe(1);
    agent.destroy();
  });

  test("a clock runs from `now` when told to, at a factor too, and can be moved", async () => {
    await using sim = await startKisSimulator({ now: at("12:00"), clock: 1000 });
    const first = sim.clock.now();
    while (sim.clock.now() < first + 1000) await new Promise((resolve) => setImmediate(resolve));
    sim.clock.set(at("15:00"));
    expect(sim.clock.now()).toBeGreaterThanOrEqual(at("15:00"));
    await using still = await startKisSimulator({ now: at("12:00") });
    expect(still.clock.now()).toBe(at("12:00"));
    still.clock.advance(60_000);
    expect(still.clock.now()).toBe(at("12:01"));
  });

  test("a clock outside the calendar is said, not hung up on", async () => {
    await using sim = await startKisSimulator({ now: at("12:00", "2099-01-05") });
    const { status, text } = await chart(sim.baseUrl);
    expect([status, text]).toEqual([500, expect.stringMatching(/SIMULATOR.*calendar knows/)]);
  });

  test("closed, it leaves nothing that keeps a process alive", () => {
    const script = `
      import { startKisSimulator } from "hantoo/testing";
      const sim = await startKisSimulator({ seed: 1, now: 0 + ${at("12:00")} });
      await (await fetch(sim.baseUrl + "/oauth2/Approval", { method: "POST", body: "{}" })).text();
      await sim.close();
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      const busy = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name));
      console.log(JSON.stringify(busy));`;
    const out = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      encoding: "utf8",
      timeout: 30_000,
    });
    expect(JSON.parse(out)).toEqual([]);
  });

  test("options out of range are refused before anything listens", async () => {
    await expect(startKisSimulator({ environment: "demo" as "live" })).rejects.toThrow(/environment/);
    await expect(startKisSimulator({ limits: -1 })).rejects.toThrow(/limits/);
    await expect(startKisSimulator({ clock: -1 })).rejects.toThrow(/clock/);
    await expect(startKisSimulator({ seed: 0.5 })).rejects.toThrow(/seed/);
    await expect(startKisSimulator({ symbols: [] })).rejects.toThrow(/symbols/);
    await expect(startKisSimulator({ now: Number.NaN })).rejects.toThrow(/now/);
    await expect(startKisSimulator({ limits: "fast" as "live" })).rejects.toThrow(/limits/);
    await expect(startKisSimulator({ appKey: "" })).rejects.toThrow(/appKey/);
    await expect(startKisSimulator({ quirks: { depthDays: 0 } })).rejects.toThrow(/depthDays/);
    await expect(startKisSimulator({ quirks: { depth: 1 } as object })).rejects.toThrow(/quirks/);
    await expect(startKisSimulator({ faults: { rst: 1 } as object })).rejects.toThrow(/faults/);
    await expect(startKisSimulator({ faults: { reset: 2 } })).rejects.toThrow(/faults/);
  });

  test.each([
    ["symbol", { symbol: ["005930"] }],
    ["perSec", { limits: { perSec: 3 } }],
    ["time", { faults: [{ do: "reset", time: 1 }] }],
    ["minute", { stream: { faults: [{ do: "lose", minute: "09:00" }] } }],
  ])("refuses `%s`, which is no option's name: it would be ignored in silence", async (name, options) => {
    const refusal = new RegExp(`^.${name}. must be one of .*, received "an unknown option"$`);
    await expect(startKisSimulator(options as object)).rejects.toThrow(refusal);
    expect(() => createKisSimulator(options as object)).toThrow(refusal);
  });
});

import { assert, array, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { createManualClock } from "hantoo/testing";
import { createRequestWindow } from "../../src/testing/server/request-window.js";
import { at, createAsker, itemChartQuery } from "./ask-kis.js";

test("no sliding second ever holds more than the limit of admitted requests", () => {
  assert(
    property(
      array(integer({ min: 0, max: 300 }), { maxLength: 200 }),
      integer({ min: 1, max: 20 }),
      (gaps, limit) => {
        const window = createRequestWindow(limit);
        const admitted: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const room = admitted.filter((time) => time > now - 1000).length < limit;
          expect(window.admit(now)).toBe(room);
          if (room) admitted.push(now);
        }
      },
    ),
  );
});

describe("the rate of quotations", () => {
  const codes = async (options: Parameters<typeof createAsker>[0], count: number): Promise<string[]> => {
    const clock = createManualClock(at("12:00"));
    const kis = createAsker({ clock, ...options });
    await kis.token();
    await clock.advance(10_000);
    const seen: string[] = [];
    for (let call = 0; call < count; call++) {
      seen.push((await kis.get("FHKST03010200", itemChartQuery("005930", "120000"))).body.msg_cd);
    }
    return seen;
  };

  test.each([
    [18, {}],
    [1, { environment: "paper" }],
    [3, { limits: "new-account" }],
    [5, { limits: 5 }],
  ] as const)("is %i a second with %j", async (perSecond, options) => {
    const given = { limits: undefined, ...options };
    const seen = await codes(given as Parameters<typeof createAsker>[0], perSecond + 2);
    expect(seen.slice(0, perSecond).every((code) => code === "MCA00000")).toBe(true);
    expect(seen.slice(perSecond)).toEqual(["EGW00201", "EGW00201"]);
  });

  test("is refused with 500 or with 200, as chosen, and slides", async () => {
    for (const refusalStatus of [500, 200] as const) {
      const clock = createManualClock(at("12:00"));
      const kis = createAsker({ clock, limits: { perSecond: 2, refusalStatus } });
      const ask = async (): Promise<number> =>
        (await kis.get("FHKST03010200", itemChartQuery("005930", "120000"))).status;
      await ask();
      await clock.advance(600);
      await ask();
      const refused = await kis.get("FHKST03010200", itemChartQuery("005930", "120000"));
      expect([refused.status, refused.body]).toEqual([
        refusalStatus,
        { rt_cd: "1", msg_cd: "EGW00201", msg1: "초당 거래건수를 초과하였습니다." },
      ]);
      await clock.advance(400);
      expect(await ask()).toBe(200);
      expect((await kis.get("FHKST03010200", itemChartQuery("005930", "120000"))).body.msg_cd).toBe(
        "EGW00201",
      );
      expect(kis.sim.stats.refusals).toBe(2);
    }
  });

  test("without a limit still counts what the busiest second held", async () => {
    const clock = createManualClock(at("12:00"));
    const kis = createAsker({ clock, limits: false });
    for (let call = 0; call < 40; call++) {
      await kis.today("005930", "120000");
      await clock.advance(call < 20 ? 10 : 500);
    }
    expect(kis.sim.stats.maxPerSecond).toBe(22);
    expect(kis.sim.stats.byEndpoint["FHKST03010200"]).toBe(40);
  });

  test("of token calls is one a second", async () => {
    const { sim } = createAsker({ now: at("12:00"), limits: "live" });
    const ask = async (): Promise<Record<string, unknown>> =>
      (await (
        await sim.fetch("http://kis.invalid/oauth2/Approval", { method: "POST", body: "{}" })
      ).json()) as Record<string, unknown>;
    expect((await ask())["error_code"]).toBe("EGW00101");
    expect((await ask())["msg_cd"]).toBe("EGW00201");
    sim.clock.advance(1000);
    expect((await ask())["error_code"]).toBe("EGW00101");
  });
});

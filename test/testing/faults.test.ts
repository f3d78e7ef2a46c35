import { describe, expect, test } from "vitest";
import { type Fault, createManualClock, startKisSimulator } from "hantoo/testing";
import { at, createAsker, itemChartQuery, labels } from "./ask-kis.js";

const CHART = "FHKST03010230";
const only = (fault: Fault["do"], more: Partial<Fault> = {}): readonly Fault[] => [
  { do: fault, endpoint: CHART, ...more },
];
const past = (kis: ReturnType<typeof createAsker>): Promise<unknown> =>
  kis.past("005930", "2026-11-20", "153000");

describe("faults of the wire, in process", () => {
  test("a reset is fetch's TypeError with the code of its cause", async () => {
    const kis = createAsker({ now: at("12:00"), faults: only("reset") });
    await expect(past(kis)).rejects.toMatchObject({ name: "TypeError", cause: { code: "ECONNRESET" } });
  });

  test("half a body breaks off while it is read", async () => {
    const kis = createAsker({ now: at("12:00"), faults: only("half-body") });
    await expect(past(kis)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  });

  test("HTML in place of JSON", async () => {
    await expect(past(createAsker({ now: at("12:00"), faults: only("html-502") }))).rejects.toThrow(
      SyntaxError,
    );
    const kis = createAsker({ now: at("12:00"), faults: only("wrong-content-type") });
    await expect(past(kis)).resolves.toMatchObject({ rt_cd: "0" });
  });

  test("latency and drips pass on the clock, and an abort ends them", async () => {
    const clock = createManualClock(at("12:00"));
    const faults: Fault[] = [
      { do: { latencyMs: 2000 }, endpoint: CHART },
      { do: { slowLorisMs: 1000 }, endpoint: CHART },
    ];
    const kis = createAsker({ clock, faults });
    await kis.token();
    await clock.runUntil(past(kis));
    expect(clock.now() - at("12:00")).toBe(11_000);
    const stopped = new AbortController();
    const answer = kis.sim.fetch("http://kis.invalid/x", {
      headers: { tr_id: CHART, appkey: "test", appsecret: "test" },
      signal: stopped.signal,
    });
    stopped.abort(new Error("enough"));
    await expect(answer).rejects.toThrow("enough");
  });
});

describe("faults of the answer", () => {
  test("a storm of EGW00201, an nth one, a bounded one", async () => {
    const code = async (kis: ReturnType<typeof createAsker>): Promise<string> =>
      (await kis.past("005930", "2026-11-20", "153000")).msg_cd;
    const storm = createAsker({ now: at("12:00"), faults: only("rate-limit", { times: 2 }) });
    expect([await code(storm), await code(storm), await code(storm)]).toEqual([
      "EGW00201",
      "EGW00201",
      "MCA00000",
    ]);
    const nth = createAsker({ now: at("12:00"), faults: only("rate-limit", { nth: 2 }) });
    expect([await code(nth), await code(nth), await code(nth)]).toEqual(["MCA00000", "EGW00201", "MCA00000"]);
    const when = createAsker({
      now: at("12:00"),
      faults: [{ do: "rate-limit", when: (request) => request.query.get("FID_INPUT_ISCD") === "000660" }],
    });
    expect(await code(when)).toBe("MCA00000");
    expect((await when.past("000660", "2026-11-20", "153000")).msg_cd).toBe("EGW00201");
  });

  test("a token revoked in the middle of a run", async () => {
    const kis = createAsker({ now: at("12:00"), faults: only("token-revoked", { times: 1 }) });
    expect(await past(kis)).toMatchObject({ msg_cd: "EGW00121" });
  });

  test("the day before under the date asked for", async () => {
    const kis = createAsker({ now: at("20:30"), faults: only("relabel-previous-day") });
    const { output2 } = await kis.past("005930", "2026-11-20", "163000");
    const bars = kis.sim.truth("005930", "2026-11-19");
    expect(output2[0]).toMatchObject({ stck_bsop_date: "20261120", stck_cntg_hour: "163000" });
    expect(Number(output2[0]!["cntg_vol"])).toBe(bars.at(-1)!.volume);
  });

  test("INT64_MIN, odd labels, a field that drifts away, a clock that is wrong", async () => {
    const spoil = async (fault: Fault["do"]): Promise<Record<string, string>[]> =>
      (await createAsker({ now: at("12:00"), faults: only(fault) }).past("005930", "2026-11-20", "115000"))
        .output2;
    expect(
      (await spoil("int64-min-row")).filter((row) => row["cntg_vol"] === "-9223372036854775808").length,
    ).toBe(1);
    expect(labels(await spoil("odd-second-label")).filter((label) => label.endsWith("11")).length).toBe(1);
    const drifted = await spoil({ driftField: "cntg_vol", to: "cntg_qty" });
    expect(drifted.every((row) => row["cntg_vol"] === undefined && row["cntg_qty"] !== undefined)).toBe(true);
    expect((await spoil({ driftField: "cntg_vol" })).every((row) => !("cntg_vol" in row))).toBe(true);
    const skewed = createAsker({ now: at("12:00:59"), faults: only({ clockSkewMs: -3_600_000 }) });
    expect(labels((await skewed.past("005930", "2026-11-20", "153000")).output2)[0]).toBe("110000");
  });

  test("by shares are drawn from the seed: the same run, the same faults", async () => {
    const run = async (seed: number): Promise<string> => {
      const kis = createAsker({ seed, now: at("12:00"), faults: { "rate-limit": 0.3 } });
      let seen = "";
      const headers = { authorization: "Bearer none" };
      for (let call = 0; call < 60; call++) {
        const { body } = await kis
          .get(CHART, itemChartQuery("005930", "120000"), headers)
          .catch(() => ({ body: undefined }));
        seen += body?.msg_cd === "EGW00201" ? "x" : ".";
      }
      return seen;
    };
    const one = await run(1);
    expect(one).toBe(await run(1));
    expect(one).not.toBe(await run(2));
    expect(one.split("x").length - 1).toBeGreaterThan(6);
    expect(one.split("x").length - 1).toBeLessThan(35);
  });
});

describe("faults of the wire, over a socket", () => {
  const over = async (fault: Fault["do"]): Promise<unknown> => {
    await using sim = await startKisSimulator({
      now: at("12:00"),
      faults: [{ do: fault, endpoint: "Approval" }],
    });
    const response = await fetch(`${sim.baseUrl}/oauth2/Approval`, { method: "POST", body: "{}" });
    return await response.json();
  };

  test("are what a network does", async () => {
    await expect(over("reset")).rejects.toMatchObject({ name: "TypeError", cause: { code: "ECONNRESET" } });
    await expect(over("half-body")).rejects.toThrow();
    await expect(over("html-502")).rejects.toThrow(SyntaxError);
    await expect(over("wrong-content-type")).resolves.toHaveProperty("error_code");
    await expect(over({ slowLorisMs: 1 })).resolves.toHaveProperty("error_code");
  });
});

test.each([
  ["no fault", null, "faults"],
  ["the 0th request", { do: "reset", nth: 0 }, "faults.nth"],
  ["half a request", { do: "reset", nth: 1.5 }, "faults.nth"],
  ["never", { do: "reset", times: 0 }, "faults.times"],
])("a fault that would never strike is refused: %s", (_, fault, option) => {
  expect(() => createAsker({ now: at("12:00"), faults: [fault as never] })).toThrow(
    expect.objectContaining({ code: "config", option }),
  );
});

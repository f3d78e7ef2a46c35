import { FileStore, kstInstant, readDaily, systemClock } from "hantoo";
import { type RunningKisSimulator, startKisSimulator } from "hantoo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCli } from "../support/run-cli.js";

const SYMBOLS = ["005930", "000660"];
const DAY = "2026-11-18";
const morning = (day: string): number => kstInstant(day, "08:55");

/** 005930 is split 50 to 1 on the 18th. */
let simulator: RunningKisSimulator;
const cli = createCli();
beforeAll(async () => {
  simulator = await startKisSimulator({
    seed: 11,
    now: morning("2026-11-16"),
    symbols: SYMBOLS,
    limits: false,
    actions: [{ symbol: "005930", kind: "split", effectiveDay: DAY, shares: 50 }],
  });
});
afterAll(async () => {
  await simulator.close();
  cli.remove();
});

interface Answer {
  readonly suspects: string[];
  readonly factors: { symbol: string; effectiveDate: string; priceFactor: number; evidence: string[] }[];
  readonly failures: unknown[];
}

async function night(day: string, more = "", env: Record<string, string> = {}) {
  simulator.clock.set(morning(day));
  const line = `daily --symbols ${SYMBOLS.join(",")} --days 30 --store ./days --json ${more}`;
  const calls = (): number => simulator.stats.byEndpoint["FHKST03010100"] ?? 0;
  const before = calls();
  const { code, stdout, stderr } = await cli.run(line, {
    env: {
      LANG: "C",
      KIS_APP_KEY: "test",
      KIS_APP_SECRET: "test",
      KIS_BASE_URL: simulator.baseUrl,
      KIS_MASTER_URL: simulator.masterUrl,
      ...env,
    },
    clock: { ...systemClock, now: () => simulator.clock.now() },
  });
  return { code, stderr, calls: calls() - before, answer: JSON.parse(stdout) as Answer };
}

describe("hantoo daily compares masters", () => {
  test("and looks at a split on its morning, two calls for it and one for the other", async () => {
    const first = await night("2026-11-16");
    expect(first).toMatchObject({ code: 0, answer: { suspects: [], factors: [], failures: [] } });
    const plain = await night("2026-11-17");
    expect(plain).toMatchObject({ code: 0, calls: 2, answer: { suspects: [], factors: [] } });
    const split = await night(DAY);
    expect(split.code).toBe(0);
    expect(split.answer.suspects).toEqual(["005930"]);
    expect(split.answer.factors).toMatchObject([
      { symbol: "005930", effectiveDate: DAY, priceFactor: 0.02, kind: "split", volumeFactor: 50 },
    ]);
    expect(split.answer.factors[0]?.evidence.join()).toContain("master: par value");
    expect(split.calls).toBe(3);
    const bars = [];
    const store = new FileStore(cli.path("days"));
    const range = { store, symbol: "005930", from: "2026-11-12", to: "2026-11-16" } as const;
    for await (const { close } of readDaily(range)) bars.push(close);
    const adjusted = [];
    for await (const { close } of readDaily({ ...range, adjusted: true })) adjusted.push(close);
    expect(adjusted).toEqual(bars.map((close) => close * 0.02));
    const next = await night("2026-11-19");
    expect(next).toMatchObject({ code: 0, calls: 2, answer: { factors: [] } });
  });

  test("a master that cannot be had costs a note, never the bars; without them nothing is asked", async () => {
    const broken = await night("2026-11-20", "", { KIS_MASTER_URL: `${simulator.baseUrl}/nothing` });
    expect(broken).toMatchObject({ code: 0, calls: 2, answer: { suspects: [], failures: [] } });
    expect(broken.stderr).toContain("The masters of kospi were not compared");
    expect(broken.stderr).toContain("The masters of kosdaq were not compared");
    const without = await night("2026-11-20", "--no-masters", {
      KIS_MASTER_URL: `${simulator.baseUrl}/nothing`,
    });
    expect(without).toMatchObject({ code: 0, calls: 0 });
    expect(without.stderr).not.toContain("masters");
  });
});

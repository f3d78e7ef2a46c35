import { FileStore, kstInstant, readDaily, systemClock } from "hantoo";
import { type RunningKisSimulator, startKisSimulator } from "hantoo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCli } from "../support/run-cli.js";

const SYMBOLS = ["005930", "000660"];
const DAY = "2026-11-18";
const morning = (day: string): number => kstInstant(day, "08:55");

interface Answer {
  readonly suspects: string[];
  readonly factors: { symbol: string; effectiveDate: string; priceFactor: number; evidence: string[] }[];
  readonly failures: unknown[];
}

/** A KIS on which 005930 is split 50 to 1 on a day, and a command line with a store of its own. */
async function setUp(effectiveDay: string) {
  const simulator: RunningKisSimulator = await startKisSimulator({
    seed: 11,
    now: morning("2026-11-16"),
    symbols: SYMBOLS,
    limits: false,
    actions: [{ symbol: "005930", kind: "split", effectiveDay, shares: 50 }],
  });
  const cli = createCli();
  const calls = (): number => simulator.stats.byEndpoint["FHKST03010100"] ?? 0;
  return {
    simulator,
    cli,
    store: new FileStore(cli.path("days")),
    night: async (day: string, more = "", env: Record<string, string> = {}) => {
      simulator.clock.set(morning(day));
      const line = `daily --symbols ${SYMBOLS.join(",")} --days 30 --store ./days --json ${more}`;
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
    },
    remove: async () => {
      await simulator.close();
      cli.remove();
    },
  };
}

describe("hantoo daily compares masters", () => {
  let evenings: Awaited<ReturnType<typeof setUp>>;
  beforeAll(async () => void (evenings = await setUp(DAY)));
  afterAll(() => evenings.remove());

  test("and looks at a split on its morning, two calls for it and one for the other", async () => {
    const { night, store } = evenings;
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
    const range = { store, symbol: "005930", from: "2026-11-12", to: "2026-11-16" } as const;
    for await (const { close } of readDaily(range)) bars.push(close);
    const adjusted = [];
    for await (const { close } of readDaily({ ...range, adjusted: true })) adjusted.push(close);
    expect(adjusted).toEqual(bars.map((close) => close * 0.02));
    const next = await night("2026-11-19");
    expect(next).toMatchObject({ code: 0, calls: 2, answer: { factors: [] } });
  });

  test("a master that cannot be had costs a note, never the bars; without them nothing is asked", async () => {
    const { night, simulator } = evenings;
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

describe("the master that today's is compared with", () => {
  const keyOf = (day: string): string => `hantoo_master/${day.replaceAll("-", "")}_kospi.json`;
  /** Changes the cached master of a day. */
  async function rewrite(store: FileStore, day: string, change: (text: string) => string): Promise<void> {
    const bytes = await store.get(keyOf(day));
    await store.put(keyOf(day), Buffer.from(change(Buffer.from(bytes!).toString("utf8"))));
  }

  test("on a weekend has the same codes, which name nobody again", async () => {
    const { night, store, remove } = await setUp("2026-11-20");
    try {
      await night("2026-11-19");
      expect((await night("2026-11-20")).answer.suspects).toEqual(["005930"]);
      // Saturday's file is Friday's, written anew.
      const friday = Buffer.from((await store.get(keyOf("2026-11-20")))!).toString("utf8");
      const saturday = friday
        .replace('"date":"2026-11-20"', '"date":"2026-11-21"')
        .replace(/"retrievedAt":\d+/, `"retrievedAt":${morning("2026-11-21")}`);
      await store.put(keyOf("2026-11-21"), Buffer.from(saturday));
      expect(await night("2026-11-21")).toMatchObject({ code: 0, answer: { suspects: [], failures: [] } });
    } finally {
      await remove();
    }
  });

  test("is the one before where the last one is damaged", async () => {
    const { night, store, remove } = await setUp(DAY);
    try {
      await night("2026-11-16");
      await night("2026-11-17");
      await rewrite(store, "2026-11-17", (text) => text.slice(0, 100));
      const { answer, stderr } = await night(DAY);
      expect(answer.suspects).toEqual(["005930"]);
      expect(stderr).not.toContain("not compared");
    } finally {
      await remove();
    }
  });

  test("is one of the same source: invented shares are no split of a real one", async () => {
    const { night, store, remove } = await setUp(DAY);
    try {
      await night("2026-11-17");
      await rewrite(store, "2026-11-17", (text) =>
        text.replace('"provenance":"simulator"', '"provenance":"kis-live"'),
      );
      const { answer, stderr } = await night(DAY);
      expect(answer.suspects).toEqual([]);
      expect(stderr).not.toContain("not compared");
    } finally {
      await remove();
    }
  });
});

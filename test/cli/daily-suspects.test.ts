import {
  FileStore,
  MemoryStore,
  downloadMaster,
  kstInstant,
  readDaily,
  silentLogger,
  systemClock,
} from "hantoo";
import { type RunningKisSimulator, startKisSimulator } from "hantoo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { suspectsOf } from "../../src/cli/commands/daily-suspects.js";
import type { Shell } from "../../src/cli/shell/index.js";
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

  test.each([
    ["again where daily ran on Friday: a false alarm adds no factor", true],
    ["also where another command cached Friday's file, and daily did not run", false],
  ])("on a weekend is Thursday's, which names Friday's split %s", async (_, isRun) => {
    const { simulator, night, store, remove } = await setUp("2026-11-20");
    try {
      await night("2026-11-19");
      if (isRun) expect((await night("2026-11-20")).answer.suspects).toEqual(["005930"]);
      simulator.clock.set(morning("2026-11-20"));
      const clock = { ...systemClock, now: () => simulator.clock.now() };
      await downloadMaster("kospi", { store, clock, baseUrl: simulator.masterUrl });
      // Saturday's file is Friday's, written anew.
      const friday = Buffer.from((await store.get(keyOf("2026-11-20")))!).toString("utf8");
      const saturday = friday
        .replace('"date":"2026-11-20"', '"date":"2026-11-21"')
        .replace(/"retrievedAt":\d+/, `"retrievedAt":${morning("2026-11-21")}`);
      await store.put(keyOf("2026-11-21"), Buffer.from(saturday));
      const { code, answer } = await night("2026-11-21");
      expect(code).toBe(0);
      expect(answer).toMatchObject({ suspects: ["005930"], failures: [] });
      expect(answer.factors.map(({ effectiveDate }) => effectiveDate)).toEqual(isRun ? [] : ["2026-11-20"]);
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

  test("is looked for in few reads, and without a warning, where the last ones are another program's", async () => {
    const { simulator, remove } = await setUp(DAY);
    try {
      const reads = new Map<string, number>();
      const store = new MemoryStore();
      const get = store.get.bind(store);
      store.get = (key, options) => {
        reads.set(key, (reads.get(key) ?? 0) + 1);
        return get(key, options);
      };
      const warnings: string[] = [];
      const logger = { ...silentLogger, warn: (_: object, message: string) => void warnings.push(message) };
      const clock = { ...systemClock, now: () => simulator.clock.now() };
      const place = { store, clock, baseUrl: simulator.masterUrl, logger };
      // Before 08:50 the file is provisional: later it would be asked for again.
      simulator.clock.set(kstInstant("2026-11-16", "08:00"));
      await downloadMaster("kospi", place);
      simulator.clock.set(morning("2026-11-30"));
      await downloadMaster("kospi", place);
      for (let day = 17; day <= 29; day++)
        await store.put(keyOf(`2026-11-${day}`), Buffer.from('[{"written by": "another program"}]'));
      reads.clear();
      warnings.length = 0;
      const masters: unknown[] = [];
      const detect = async (given: { readonly masters: readonly object[] }) => {
        masters.push(given.masters.map((master) => Reflect.get(master, "date")));
        return ["005930"];
      };
      const options = { daily: { detect }, place, markets: ["kospi"], symbols: SYMBOLS } as const;
      const io = { signal: new AbortController().signal };
      const shell = { io, note: (text: string) => warnings.push(text), say: (text: string) => text };
      expect(await suspectsOf(shell as unknown as Shell, options)).toEqual(["005930"]);
      expect(masters).toEqual([["2026-11-16", "2026-11-30"]]);
      expect(warnings).toEqual([]);
      expect(Math.max(...reads.values())).toBeLessThanOrEqual(3);
      for (let day = 17; day <= 29; day++) await store.delete(keyOf(`2026-11-${day}`));
      await suspectsOf(shell as unknown as Shell, options);
      expect([masters.at(-1), warnings]).toEqual([["2026-11-16", "2026-11-30"], []]);
    } finally {
      await remove();
    }
  });
});

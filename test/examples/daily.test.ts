import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type TradingDay, krx, kstInstant } from "hantoo";
import { readDaily, readFactors } from "hantoo/daily";
import { FileStore } from "hantoo/storage";
import { type RunningKisSimulator, startKisSimulator } from "hantoo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BARS_NEEDED, WARM_UP, indicatorRows } from "../../examples/indicator-values.js";
import { KOSPI, SECTORS, allocate, isTrending } from "../../examples/sectors.js";
import { type ExampleRun, runExample } from "../support/run-example.js";

const folder = mkdtempSync(join(tmpdir(), "hantoo-daily-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const caches = new WeakMap<RunningKisSimulator, string>();
function cacheOf(simulator: RunningKisSimulator): string {
  const cache = caches.get(simulator) ?? mkdtempSync(join(folder, "cache-"));
  caches.set(simulator, cache);
  return cache;
}

/** KIS, as far as an example can tell. A port may be given again: each simulator's token is in a folder of its own. */
const environment = (simulator: RunningKisSimulator): Readonly<Record<string, string>> => ({
  XDG_CACHE_HOME: cacheOf(simulator),
  KIS_APP_KEY: "test",
  KIS_APP_SECRET: "test",
  KIS_BASE_URL: simulator.baseUrl,
  KIS_MASTER_URL: simulator.masterUrl,
});
const run = (example: string, args: readonly string[], simulator: RunningKisSimulator): Promise<ExampleRun> =>
  runExample(example, args, { cwd: folder, nowMs: simulator.clock.now(), env: environment(simulator) });

const rows = (text: string): string[][] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.split(","));

describe("daily.ts", () => {
  test("a first load of what is large enough, then a call a stock a night; a split is found on its morning", async () => {
    const split = { symbol: "005930", kind: "split", effectiveDay: "2026-11-23", shares: 50 } as const;
    await using simulator = await startKisSimulator({
      seed: 11,
      now: kstInstant("2026-11-20", "06:30"),
      symbols: ["005930", "000660", "0001A0", "002600", "069500"],
      instruments: { "002600": { basePrice: 1, dailyVolume: 3 } },
      actions: [split],
      limits: false,
    });
    const args = ["--days", "60", "--indices", "0001", "--out", "bars"];
    const first = await run("daily.ts", args, simulator);
    expect(first).toMatchObject({ status: 0, stderr: expect.not.stringContaining("Error") as string });
    // Neither the fund nor what is too small: three stocks, raw and adjusted, and an index of 60 days at 50 a call.
    expect(first.stdout).toMatch(/2026-08-\d\d to 2026-11-19: 3 stocks into bars, \d+ rows in 8 calls/);
    simulator.clock.set(kstInstant("2026-11-23", "06:30"));
    const second = await run("daily.ts", args, simulator);
    expect(second.stdout).toContain("kospi: prices may be on a new scale: 005930");
    // One call each, one for the adjusted prices of the suspect, one for the depository.
    expect(second.stdout).toMatch(/3 stocks into bars, 4 rows in 6 calls, 0 not final yet/);
    expect(second.stdout).toContain("005930 2026-11-23 split: prices before times 0.02");
    const store = new FileStore(join(folder, "bars"));
    expect(await readFactors({ store, symbol: "005930" })).toMatchObject([{ priceFactor: 0.02 }]);
    let days = 0;
    for await (const bar of readDaily({ store, symbol: "000660", from: "2026-08-03", to: "2026-11-20" }))
      days += Number(bar.isFinal);
    expect(days).toBe(61);
  });
});

describe("sector-trends.ts", () => {
  const day: TradingDay = "2026-11-26";
  const symbols = [
    ...SECTORS.map(({ fund }) => fund),
    "000660",
    "005380",
    "105560",
    "068270",
    "000100",
    "196170",
  ];
  let simulator: RunningKisSimulator;
  beforeAll(async () => {
    simulator = await startKisSimulator({
      seed: 1,
      now: kstInstant("2026-11-27", "18:00"),
      symbols,
      limits: false,
    });
  });
  afterAll(() => simulator.close());

  test("table and CSV are the market's changes to the last final day; the allocation is by market cap", async () => {
    const html = join(folder, "sectors.html");
    const { status, stdout, stderr } = await run(
      "sector-trends.ts",
      ["--out", "sectors", "--csv", folder, "--html", html],
      simulator,
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain(`to the close of ${day}`);
    const { market } = simulator;
    const change = (of: (on: TradingDay) => number, days: number): number =>
      of(day) / of(krx.addTradingDays(day, -days)) - 1;
    const index = (code: string) => (on: TradingDay) => market.indexDay(code, on)!.points.at(-1)!;
    const fund = (symbol: string) => (on: TradingDay) => market.dailyBar(symbol, on)!.close;
    const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
    const [head, ...table] = rows(readFileSync(join(folder, "sector-trends.csv"), "utf8"));
    expect(head).toHaveLength(2 + 9 + 1);
    expect(table).toHaveLength(SECTORS.length);
    const leading: string[] = [];
    for (const sector of SECTORS) {
      const spans = [5, 10, 20].map((days) => ({
        days,
        fund: change(fund(sector.fund), days),
        index: change(index(sector.index), days),
        market: change(index(KOSPI), days),
      }));
      const leads = spans.every((span) => span.fund > span.market && span.index > span.market);
      const isLeading = leads && spans[2]!.fund > 0;
      if (isLeading) leading.push(sector.name);
      expect(table).toContainEqual([
        sector.name,
        sector.fundName,
        ...spans.flatMap((span) => [span.fund, span.index, span.market].map(percent)),
        isLeading ? "trending" : "",
      ]);
    }
    expect(leading.length).toBeGreaterThan(0);
    const [, ...allocation] = rows(readFileSync(join(folder, "sector-allocation.csv"), "utf8"));
    expect(allocation.length).toBeGreaterThan(0);
    const members = symbols.filter((symbol) => {
      const sector = SECTORS.find(({ members: flag }) => market.instrument(symbol)?.krxSector === flag);
      return sector !== undefined && leading.includes(sector.name);
    });
    expect(allocation.map(([symbol = ""]) => symbol).toSorted()).toEqual(members.toSorted());
    expect(stdout).toMatch(/\d+ of 10000000 KRW/);
    const spent = allocation.reduce((sum, cells) => sum + Number(cells[6]), 0);
    expect(spent).toBeLessThanOrEqual(10_000_000);
  });

  test("a sector trends where all say so; caps are weights, budgets buy whole shares", () => {
    const span = (fund: number | undefined, index: number, market: number) => ({
      days: 5,
      fund,
      index,
      market,
    });
    expect(isTrending([span(0.02, 0.03, 0.01), span(0.05, 0.02, 0.01)])).toBe(true);
    expect(isTrending([span(0.02, 0.005, 0.01), span(0.05, 0.02, 0.01)])).toBe(false);
    expect(isTrending([span(0.02, 0.03, 0.01), span(undefined, 0.02, 0.01)])).toBe(false);
    expect(isTrending([span(-0.01, -0.01, -0.02)])).toBe(false); // ahead of a fall, and falling
    expect(isTrending([])).toBe(false);
    const members = [
      { symbol: "A", cap: 1e12, priceKrw: 50_000 },
      { symbol: "B", cap: 3e12, priceKrw: 7000 },
      { symbol: "C", cap: 0, priceKrw: 0 },
    ];
    expect(allocate(members, 1_000_000)).toEqual([
      { symbol: "B", weight: 0.75, shares: 107 },
      { symbol: "A", weight: 0.25, shares: 5 },
      { symbol: "C", weight: 0, shares: 0 },
    ]);
    expect(allocate([], 1_000_000)).toEqual([]);
  });
});

describe("indicators.ts", () => {
  test("fetches what lacks, shows warm values alone, and with --stored asks nobody", async () => {
    await using simulator = await startKisSimulator({
      seed: 3,
      now: kstInstant("2026-11-20", "18:00"),
      symbols: ["005930"],
      limits: false,
    });
    const args = ["--days", "30", "--minute-days", "1", "--out", "indicators", "--csv", "one.csv"];
    const html = join(folder, "indicators.html");
    const { status, stderr } = await run("indicators.ts", [...args, "--html", html], simulator);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const [head, ...table] = rows(readFileSync(join(folder, "one.csv"), "utf8"));
    expect(head).toHaveLength(14);
    const daily = table.filter(([label]) => label!.length === 10);
    expect(daily.map(([label]) => label)).toEqual(
      krx.tradingDays(krx.addTradingDays("2026-11-19", -29), "2026-11-19"), // the 20th is not final yet
    );
    expect(table.length - daily.length).toBe(76); // 5-minute bars of a plain day
    expect(table.flat().filter((cell) => cell === "")).toEqual([]);
    expect(daily.map((cells) => Number(cells[4]))).toEqual(
      daily.map(([label]) => simulator.market.dailyBar("005930", label!)!.close),
    );

    const stored = await runExample("indicators.ts", [...args.slice(0, -1), "two.csv", "--stored"], {
      cwd: folder,
      nowMs: simulator.clock.now(),
      env: {},
    });
    expect(stored.status).toBe(0);
    expect(readFileSync(join(folder, "two.csv"), "utf8")).toBe(readFileSync(join(folder, "one.csv"), "utf8"));
  });

  /** Prices that wander, the same each time. */
  const walk = (length: number): number[] => {
    let state = 7;
    let price = 50_000;
    return Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      price *= 1 + ((state % 2001) - 1000) / 50_000;
      return Math.round(price);
    });
  };

  test("an indicator is silent until it means something, and then what its definition says", () => {
    const closes = walk(300);
    const table = indicatorRows(closes);
    for (const [name, needed] of Object.entries(BARS_NEEDED)) {
      const key = name as keyof typeof BARS_NEEDED;
      expect(table.findIndex((row) => row[key] !== undefined)).toBe(needed - 1);
      expect(table.slice(needed - 1).every((row) => row[key] !== undefined)).toBe(true);
    }
    const last = closes.slice(-20);
    const mean = last.reduce((sum, close) => sum + close, 0) / 20;
    const deviation = Math.sqrt(last.reduce((sum, close) => sum + (close - mean) ** 2, 0) / 20);
    const { sma20, bands, ema12, rsi14, macd } = table.at(-1)!;
    expect(sma20).toBeCloseTo(mean, 6);
    expect(bands?.upper).toBeCloseTo(mean + 2 * deviation, 6);
    expect(bands?.lower).toBeCloseTo(mean - 2 * deviation, 6);
    const ema = (values: readonly number[], interval: number): number[] => {
      let before = values[0]!;
      return values.map((value) => (before += (value - before) * (2 / (interval + 1))));
    };
    expect(ema12).toBeCloseTo(ema(closes, 12).at(-1)!, 6);
    const [short, long] = [ema(closes, 12), ema(closes, 26)];
    const lines = short.map((value, at) => value - long[at]!).slice(25);
    expect(macd?.macd).toBeCloseTo(lines.at(-1)!, 6);
    expect(macd?.signal).toBeCloseTo(ema(lines, 9).at(-1)!, 6);
    let [gain, loss] = [0, 0];
    for (let at = 1; at < closes.length; at++) {
      const step = closes[at]! - closes[at - 1]!;
      const share = at <= 14 ? 1 / at : 1 / 14; // Wilder: a plain mean of the first 14
      gain += (Math.max(step, 0) - gain) * share;
      loss += (Math.max(-step, 0) - loss) * share;
    }
    expect(rsi14).toBeCloseTo(100 - 100 / (1 + gain / loss), 6);
  });

  test("whatever came before the warm-up moves a shown value by a hundredth of that at the most", () => {
    const closes = walk(WARM_UP + 1);
    const shifted = closes.with(0, closes[0]! * 2);
    const [plain, moved] = [indicatorRows(closes).at(-1)!, indicatorRows(shifted).at(-1)!];
    expect(Math.abs(plain.ema12! - moved.ema12!)).toBeLessThan(0.01 * closes[0]!);
    expect(Math.abs(plain.macd!.signal - moved.macd!.signal)).toBeLessThan(0.01 * closes[0]!);
    expect(Math.abs(plain.rsi14! - moved.rsi14!)).toBeLessThan(1);
  });
});

const chromium = process.env["HANTOO_CHROMIUM"] ?? "/usr/bin/chromium";

test.runIf(existsSync(chromium))("the pages draw in a real browser and load nothing", async () => {
  const { chromium: driver } = await import("playwright-core");
  const browser = await driver.launch({
    executablePath: chromium,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
  try {
    for (const [name, charts] of [
      ["sectors.html", 2],
      ["indicators.html", 2],
    ] as const) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 1500 } });
      const problems: string[] = [];
      const requests: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => problems.push(message.text()));
      page.on("request", (request) => requests.push(request.url()));
      const url = pathToFileURL(join(folder, name)).href;
      await page.goto(url);
      expect(problems).toEqual([]);
      expect(requests).toEqual([url]);
      const picture = process.env["HANTOO_SCREENSHOT"];
      if (picture !== undefined) await page.screenshot({ path: `${picture}-${name}.png`, fullPage: true });
      // As text: it runs in the browser, whose types this project does not have.
      const drawn = await page.evaluate<
        number[]
      >(`[...document.querySelectorAll(".chart canvas")].map((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const colours = new Set();
        for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 0) colours.add(data[at] * 65536 + data[at + 1] * 256 + data[at + 2]);
        return colours.size;
      })`);
      expect(drawn).toHaveLength(charts);
      for (const colours of drawn) expect(colours).toBeGreaterThan(20);
      await page.close();
    }
  } finally {
    await browser.close();
  }
});

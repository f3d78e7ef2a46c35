import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { krx } from "hantoo/calendar";
import { FileStore } from "hantoo/storage";
import { createMarket } from "hantoo/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDayTable } from "../../src/archive/day-table.js";
import { createKlineStore } from "../../src/archive/kline-store.js";
import { createCli, plainFiles } from "../support/run-cli.js";

/** The charting code as it is built into the package. */
async function chartCode(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["src/cli/page/charts.browser.ts"],
    bundle: true,
    format: "iife",
    globalName: "echarts",
    minify: true,
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

const cli = createCli({ files: { ...plainFiles, chartCode } });
afterAll(() => cli.remove());
const out = cli.path("data");
const html = cli.path("coverage.html");

const market = createMarket({ seed: 7 });

/** Twelve symbols on ten days; one came late, one has holes, one day was missed. */
beforeAll(async () => {
  const klineStore = createKlineStore({ store: new FileStore(out) });
  for (const tradingDay of krx.tradingDays("2026-11-06", "2026-11-20")) {
    if (tradingDay === "2026-11-17") continue;
    const table = createDayTable({ tradingDay, venue: "KRX", minutes: krx.minutes(tradingDay) });
    for (const [at, symbol] of market.symbols.slice(0, 12).entries()) {
      if (at === 3 && tradingDay < "2026-11-12") continue;
      const bars = new Map(market.truth(symbol, tradingDay).map((bar) => [bar.time, bar]));
      let price: number | null = null;
      let accVolume = 0;
      for (const [index, minute] of table.minutes.entries()) {
        if (at === 5 && tradingDay === "2026-11-18" && index >= 100 && index < 130) continue;
        if (at === 7 && tradingDay === "2026-11-20" && index >= 300) continue;
        const { close, volume = 0, ...bar } = bars.get(minute) ?? {};
        price = close ?? price;
        accVolume += volume;
        table.set(symbol, index, {
          open: price,
          high: price,
          low: price,
          ...bar,
          close: price,
          volume,
          accVolume,
        });
      }
    }
    await klineStore.write(table);
  }
}, 60_000);

const RANGE = ["--store", "./data", "coverage", "--from", "2026-11-06", "--to", "2026-11-20"];

test("prints days, gaps and the sum, and says by its exit code that some are missing", async () => {
  const { code, stdout, stderr } = await cli.run([...RANGE, "--html", html]);
  expect(stderr).toBe("");
  expect(code).toBe(1);
  expect(stdout).toMatch(/2026-11-06 +11\/12 complete +4191\/4572 minutes/);
  expect(stdout).toMatch(/2026-11-17 +0\/12 complete +0\/4572 minutes +0\.00 %/);
  expect(stdout).toMatch(/2026-11-18 \w{6} +10:40-11:09 not-fetched/);
  expect(stdout).not.toContain("2026-11-15"); // a Sunday
  expect(stdout).toMatch(
    /12 symbols, [\d,]+ of 50,292 minutes \(8\d\.\d\d %\), 2026-11-06 09:00 - 2026-11-20 15:30/,
  );
  expect(existsSync(html)).toBe(true);
});

test("in Korean the page is Korean, its script included", async () => {
  const korean = cli.path("korean.html");
  await cli.run([...RANGE, "--lang", "ko", "--html", korean]);
  const page = readFileSync(korean, "utf8").replace(/<script>[^]*?<\/script>/g, "");
  expect(page).toContain('"complete":"온전"');
  expect(page).not.toMatch(/[Ss]tored|minutes|Heat|Candle|of 50,292/);
});

test("ends with 0 where nothing is missing of the symbols asked for, and explains an empty store", async () => {
  const symbols = market.symbols.slice(6, 9).join(",");
  expect((await cli.run(`--store data coverage --date 2026-11-18 --symbols ${symbols}`)).code).toBe(0);
  const empty = await cli.run("--store empty coverage");
  expect(empty.code).toBe(1);
  expect(empty.stderr).toContain("Nothing is stored there");
});

const chromium = process.env["HANTOO_CHROMIUM"] ?? "/usr/bin/chromium";

test.runIf(existsSync(chromium))(
  "the page draws both charts in a real browser and loads nothing",
  async () => {
    if (!existsSync(html)) await cli.run([...RANGE, "--html", html]);
    const { chromium: driver } = await import("playwright-core");
    const browser = await driver.launch({
      executablePath: chromium,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    try {
      const page = await browser.newPage({ viewport: { width: 1200, height: 1500 } });
      const problems: string[] = [];
      const requests: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => problems.push(message.text()));
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(html).href);
      const picture = process.env["HANTOO_SCREENSHOT"];
      if (picture !== undefined) {
        await page.screenshot({ path: picture, clip: { x: 0, y: 0, width: 1200, height: 1140 } });
      }
      expect(problems).toEqual([]);
      expect(requests).toEqual([pathToFileURL(html).href]);

      // As text: it runs in the browser, whose types this project does not have.
      const colours = (id: string): Promise<string[]> =>
        page.evaluate(`(() => {
        const counts = {};
        for (const canvas of document.querySelectorAll("#${id} canvas")) {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          for (let at = 0; at < data.length; at += 4) {
            const colour = [data[at], data[at + 1], data[at + 2]].map((part) => part.toString(16).padStart(2, "0")).join("");
            counts[colour] = (counts[colour] ?? 0) + 1;
          }
        }
        return Object.keys(counts).filter((colour) => counts[colour] > 200);
      })()`);
      // complete, nothing and the holes of the heat map; rising, falling and volume of the candles
      expect(await colours("map")).toEqual(expect.arrayContaining(["2e8b57", "c8ced8", "a8d08d", "f3a712"]));
      expect(await colours("candles")).toEqual(expect.arrayContaining(["d24b40", "3a6fb7", "9aa5b5"]));

      expect(await page.locator("h1").textContent()).toContain("2026-11-06 to 2026-11-20");
      const facts = await page.locator("dl").innerText();
      expect(facts).toMatch(/minutes stored\s+4\d,\d{3}\s+of 50,292/);
      expect(await page.locator("table").innerText()).toMatch(
        /2026-11-18\s+\w{6}\s+351 of 381\s+10:40-11:09 not-fetched/,
      );

      await page.locator("#map").hover({ position: { x: 300, y: 60 } });
      await expect.poll(() => page.locator("#map").innerText()).toMatch(/\d+ of 381 minutes/);
    } finally {
      await browser.close();
    }
  },
);

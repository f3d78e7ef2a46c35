import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoggerStatus } from "hantoo";
import { type StatusServer, startStatusServer } from "../../../src/cli/watch/index.js";
import { at } from "../../kline/logger-setup.js";
import { liveDay, pass } from "./live-day.js";

const chromium = process.env["HANTOO_CHROMIUM"] ?? "/usr/bin/chromium";
/** A folder: the pictures of README are taken into it. */
const pictures = process.env["HANTOO_SCREENSHOTS"];

/** How long a host that is busy with other tests may take to start a browser. */
const HOST_MS = 120_000;

/** The second symbol's name is what an attacker would call it. */
const ODD = `<img src=x onerror="document.title='owned'">&`;

describe.runIf(existsSync(chromium))("the live page in a real browser", () => {
  const day = liveDay(24);
  let server: StatusServer;
  let browser: Browser;
  let page: Page;
  let shown = (): LoggerStatus => day.logger.status();
  const problems: string[] = [];
  const requests = new Set<string>();

  beforeAll(async () => {
    await pass(day.clock, at("11:10:30"));
    const names = new Map(
      day.symbols.flatMap((symbol) => {
        const found = day.market.instrument(symbol);
        return found === undefined ? [] : [[symbol, found.name] as const];
      }),
    );
    if (pictures === undefined) names.set(day.symbols[1] as string, ODD);
    server = await startStatusServer({
      host: "127.0.0.1",
      port: 0,
      status: () => shown(),
      bars: (symbol) => day.logger.bars(symbol),
      names,
      language: "en",
      logger: console,
    });
    const { chromium: driver } = await import("playwright-core");
    browser = await driver.launch({
      executablePath: chromium,
      timeout: HOST_MS,
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
    page = await browser.newPage({ viewport: { width: 1280, height: 1250 } });
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => problems.push(message.text()));
    page.on("request", (request) => requests.add(request.url()));
    await page.goto(server.url);
    await page.locator("#candles[aria-label]").waitFor({ timeout: HOST_MS });
  }, 2 * HOST_MS);
  afterAll(async () => {
    await browser.close();
    await server.close();
    await day.end();
  });

  /** Colours of more than so many dots of a canvas, as `rrggbb`. */
  const colours = (id: string, dots = 20): Promise<string[]> =>
    page.evaluate(`(() => {
      const canvas = document.getElementById("${id}");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const counts = {};
      for (let at = 0; at < data.length; at += 4) {
        const colour = [data[at], data[at + 1], data[at + 2]].map((part) => part.toString(16).padStart(2, "0")).join("");
        counts[colour] = (counts[colour] ?? 0) + 1;
      }
      return Object.keys(counts).filter((colour) => counts[colour] > ${dots});
    })()`);

  /** It asks every five seconds, and when it comes to the front: so nobody waits here. */
  const again = () => page.evaluate(`document.dispatchEvent(new Event("visibilitychange"))`);

  test("shows what the status says, draws map and candles, and loads nothing but its server's data", async () => {
    const status = day.logger.status();
    expect(await page.locator("#state").innerText()).toBe("Not as it should be");
    expect(await page.locator("#problems li").allInnerTexts()).toEqual(
      status.problems.map(({ text }) => text),
    );
    const facts = await page.locator("#facts").innerText();
    expect(facts).toMatch(new RegExp(`minutes stored\\s+${status.today_total.toLocaleString("en-US")}`));
    expect(facts).toMatch(/pace\s+17 calls\/s\s+2 refused/);
    // stored, to come, failed, lost
    expect(await colours("map")).toEqual(expect.arrayContaining(["2e8b57", "eef1f5", "e4572e", "8e44ad"]));
    expect(await colours("candles")).toEqual(expect.arrayContaining(["d24b40", "3a6fb7", "9aa5b5"]));
    const gaps = await page.locator("#gaps").innerText();
    expect(gaps).toMatch(new RegExp(`${day.lossy} .*\\s+129 / 381\\s+09:48 lost at KIS`));
    expect(gaps).toMatch(/X99999\s+0 \/ 381\s+09:00-11:09 failed/);
    expect(gaps).toMatch(new RegExp(`${day.cut} .*\\s+7\\d / 381\\s+10:1\\d-11:09 failed`));
    expect(problems).toEqual([]);
    const own = ["", "status", "names", `bars?symbol=${day.symbols[0]}`].map((path) => server.url + path);
    expect([...requests].sort()).toEqual(own.sort());
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, "status-1280.png") });
  });

  test("a point of the map is told, a click chooses its symbol, and names are text", async () => {
    const row = (index: number) => ({ position: { x: 300, y: index * 16 + 6 } });
    await page.locator("#map").hover(row(1));
    const told = page.locator("#told");
    await expect.poll(() => told.innerText()).toMatch(/^\w{6}.* · 10:\d\d · stored$/);
    if (pictures === undefined) expect(await told.innerText()).toContain(ODD);
    await page.locator("#map").click(row(1));
    await expect.poll(() => page.locator("#symbol").inputValue()).toBe(day.symbols[1]);
    if (pictures === undefined) await expect.poll(() => page.locator("#name").innerText()).toBe(ODD);
    expect(await page.title()).toMatch(/^! hantoo 2026-11-20 \d\d\.\d\d %$/);
    expect(problems).toEqual([]);
  });

  test("on a phone nothing is wider than the screen, and the gap of one minute is still seen", async () => {
    await page.setViewportSize({ width: 400, height: 1500 });
    await expect.poll(() => page.evaluate(`document.getElementById("map").width`)).toBeLessThan(400);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(400);
    expect(await colours("map", 8)).toContain("8e44ad");
    expect(await colours("candles")).toEqual(expect.arrayContaining(["d24b40", "3a6fb7"]));
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, "status-400.png") });

    // Ten symbols share a dot of a market: the one minute lost of one of them is the one that shows.
    const symbols = Array.from({ length: 4000 }, (_, index) => `A${String(index).padStart(5, "0")}`);
    const runs = symbols.map((_, index) => (index === 2345 ? "100s1l29s251n" : "130s251n"));
    shown = () => {
      const status = day.logger.status();
      return { ...status, stock_count: 4000, minutes: { ...status.minutes, symbols, runs } };
    };
    await again();
    await expect.poll(() => page.locator("#facts").innerText()).toContain("4,000");
    expect(await colours("map", 0)).toContain("8e44ad");
    expect(await page.locator("#gaps").innerText()).toMatch(/A02345\s+129 \/ 381\s+10:40 lost at KIS/);
    shown = () => day.logger.status();
  });

  test("says by itself that the logger is late, and that it does not answer any more", async () => {
    day.die();
    await pass(day.clock, at("11:13:30"));
    await again();
    await expect.poll(() => page.locator("#problems").innerText()).toContain("behind");
    await server.close();
    await again();
    await expect
      .poll(() => page.locator("#state").innerText())
      .toBe("No answer since 11:13:30 KST: the logger has ended, or cannot be reached");
  });
});

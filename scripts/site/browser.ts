import { readFileSync, existsSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { type Browser, type Page, chromium } from "playwright-core";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

/** The path the site is opened under: the build does not know it, so an absolute address shows as a broken one. */
const UNDER = "/some/where/";

/**
 * Serves a folder as any static host does, under `/` and under {@link UNDER}. Nothing is compressed or cached, so that a
 * page's whole weight is counted.
 */
async function serve(folder: string): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    const below = path.startsWith(UNDER) ? path.slice(UNDER.length) : path;
    const file = join(folder, below === "" || below.endsWith("/") ? `${below}index.html` : below);
    if (!existsSync(file)) {
      response.writeHead(404, { "content-type": TYPES[".html"] });
      return void response.end(readFileSync(join(folder, "404.html")));
    }
    const body = readFileSync(file);
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, {
      "content-type": type,
      "content-length": body.length,
      "cache-control": "no-store",
    });
    return void response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** What a browser found, a line each, and the heaviest page. */
export interface BrowserReport {
  readonly problems: readonly string[];
  readonly heaviest: { readonly page: string; readonly bytes: number };
}

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 400, height: 800 };
/** Pages opened at once: most of the time is spent waiting until the network is idle. */
const TABS = 4;

/** Types into the search box and waits for a result. @returns the problem, `undefined` if a result appeared. */
async function search(page: Page, url: string, words: string): Promise<string | undefined> {
  await page.goto(url, { waitUntil: "networkidle" });
  const find = async (): Promise<void> => {
    await page.locator("#local-search button").first().click();
    await page.locator("#localsearch-input").fill(words);
    await page.locator("#localsearch-list .result").first().waitFor();
  };
  page.setDefaultTimeout(15_000);
  return find().then(
    () => undefined,
    () => `the search box at ${new URL(url).pathname} does not find "${words}"`,
  );
}

/** Menu entries to click one after another, from the first page's menu, into folders of different depth. */
const WAY: readonly (readonly [link: string, at: string])[] = [
  ["Fill the past", "guide/backfill.html"],
  ["How KIS really behaves", "kis/behaviours.html"],
  ["Where we lose", "losses.html"],
  ["Get a key", "guide/key.html"],
];

/** Names of the icons whose image is missing: an icon is a box masked by an image. */
const BARE_ICONS = `[...document.querySelectorAll('.vp-icon, [class^="vpi-"], [class*=" vpi-"]')]
  .filter((icon) => ["maskImage", "webkitMaskImage", "backgroundImage"]
    .every((style) => !getComputedStyle(icon)[style]?.startsWith("url(")))
  .map((icon) => icon.className)`;

/** Clicks along {@link WAY} without reloading, then from an address that does not exist back to the home page. */
async function walk(page: Page, url: string, root: string): Promise<readonly string[]> {
  const home = `${url}${root}`;
  const problems: string[] = [];
  const arrived = async (path: string): Promise<void> =>
    page.waitForURL(`${home}${path}`).catch(() => void problems.push(`${page.url()} is not ${home}${path}`));
  page.setDefaultTimeout(15_000);
  await page.goto(`${home}index.html`, { waitUntil: "networkidle" });
  await page.evaluate("window.isSameDocument = true");
  const bare = await page.evaluate<readonly string[]>(BARE_ICONS);
  problems.push(...bare.map((name) => `${root} shows a box in place of the icon "${name}"`));
  for (const [link, path] of WAY) {
    await page
      .locator(".VPSidebar")
      .getByText(link, { exact: true })
      .click()
      .catch(() => void problems.push(`${page.url()} has no "${link}" to click`));
    await arrived(path);
    await page
      .locator("h1")
      .first()
      .waitFor()
      .catch(() => void problems.push(`${home}${path} stays empty`));
  }
  if ((await page.evaluate("window.isSameDocument")) !== true)
    problems.push(`a click under ${root} loads the page anew`);
  await page.goto(`${home}guide/no-such-page.html`, { waitUntil: "networkidle" });
  await page
    .locator("#home")
    .click()
    .catch(() => void problems.push(`${root}404.html does not find its home`));
  await arrived("index.html");
  return problems;
}

/** A tab that collects its problems. `look` opens a page at both widths and returns the bytes it loaded. */
async function openTab(
  browser: Browser,
  url: string,
  problems: string[],
): Promise<{ readonly page: Page; look(path: string): Promise<number> }> {
  const page = await browser.newPage({ viewport: WIDE });
  let current = "search";
  let bytes = 0;
  page.on("pageerror", (error) => problems.push(`${current}: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`${current}: ${message.text()}`);
  });
  page.on("request", (request) => {
    const target = request.url();
    if (!target.startsWith(url) && !target.startsWith("data:")) problems.push(`${current} asks ${target}`);
  });
  page.on("response", (response) => {
    bytes += Number(response.headers()["content-length"] ?? 0);
    if (response.status() >= 400) problems.push(`${current}: ${response.status()} ${response.url()}`);
  });
  const look = async (path: string): Promise<number> => {
    [current, bytes] = [path, 0];
    await page.setViewportSize(WIDE);
    await page.goto(`${url}${UNDER}${path}`, { waitUntil: "networkidle" });
    const weight = bytes;
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      if (wide > size.width) problems.push(`${path} is ${wide} px wide on a screen of ${size.width}`);
    }
    return weight;
  };
  return { page, look };
}

/**
 * Opens every page at both widths.
 *
 * @param pages - paths below `folder`.
 * @param most - bytes a page may weigh, all it loads included.
 */
export async function browse(folder: string, pages: readonly string[], most: number): Promise<BrowserReport> {
  const { url, server } = await serve(folder);
  const browser = await chromium.launch({
    executablePath: process.env["HANTOO_CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
  const problems: string[] = [];
  const heaviest = { page: "", bytes: 0 };
  const left = [...pages];
  try {
    const tabs = Array.from({ length: TABS }, async () => {
      const tab = await openTab(browser, url, problems);
      for (let path = left.shift(); path !== undefined; path = left.shift()) {
        const bytes = await tab.look(path);
        if (bytes > heaviest.bytes) Object.assign(heaviest, { page: path, bytes });
        if (bytes > most) problems.push(`${path} weighs ${bytes} bytes, more than ${most}`);
      }
    });
    await Promise.all(tabs);
    const { page } = await openTab(browser, url, problems);
    for (const home of [`${UNDER}index.html`, `${UNDER}ko/index.html`, "/index.html"]) {
      for (const words of ["late open", "장전"]) {
        const problem = await search(page, url + home, words);
        if (problem !== undefined) problems.push(problem);
      }
    }
    const walker = await browser.newPage({ viewport: WIDE });
    for (const root of [UNDER, "/"]) problems.push(...(await walk(walker, url, root)));
  } finally {
    await browser.close();
    server.close();
  }
  return { problems, heaviest };
}

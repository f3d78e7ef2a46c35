import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCli } from "../support/run-cli.js";

const cli = createCli();
afterAll(() => cli.remove());

/** Every file under a folder, with what would change if it were written. */
const filesUnder = (name: string): readonly string[] =>
  readdirSync(cli.path(name), { recursive: true, encoding: "utf8" })
    .map((file) => `${file} ${statSync(cli.path(`${name}/${file}`)).mtimeMs}`)
    .sort();

/** Two symbols on two days; the second one of the first day is missing. */
beforeAll(async () => {
  const { code, stderr } = await cli.run("--simulate backfill --symbols 005930 --days 2");
  expect(stderr).not.toMatch(/Error/);
  expect(code).toBe(0);
  expect((await cli.run("--simulate log --symbols 삼성전자,000660")).code).toBe(0);
});

describe("backfill and heal", () => {
  test("a dry run costs nothing and makes nothing; what is stored is not asked for again", async () => {
    const line = "--simulate backfill --symbols 005930,0001A0 --days 2 --store ./fresh";
    const dry = await cli.run(`${line} --dry-run`);
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain("4 targets: 4 to fetch, 0 to skip. At most 18 calls");
    expect(existsSync(cli.path("fresh"))).toBe(false);
    const first = await cli.run(`${line} --json`);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ done: 4, failed: 0, skipped: 0, failures: [] });
    const second = await cli.run(line);
    expect(second.stdout).toContain("0 to fetch, 4 to skip");
    const healthy = await cli.run("--simulate heal --symbols 005930,0001A0 --days 2 --store ./fresh");
    expect(healthy).toMatchObject({ code: 0 });
    expect(healthy.stdout).toMatch(/^healthy/);
    const korean = await cli.run("--simulate --lang ko heal --symbols 000660 --days 1 --store ./fresh");
    expect(korean.stdout).toMatch(/^복구됨/);
  });

  test("a list with a bad line does the rest, exits 1, and says what is left", async () => {
    const rows = "\uFEFF종목코드,날짜\r\n005930,2026-11-19\r\n5930,2026-11-19\r\n000660,2026/11/19\r\n";
    writeFileSync(cli.path("list.csv"), rows);
    const ended = await cli.run(
      "--simulate backfill --targets list.csv --store ./list --max-calls 5 --failures failed.csv",
    );
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('list.csv:3: symbol "5930" has lost its leading zeros');
    expect(ended.stdout).toContain("1 targets stored");
    expect(ended.stderr).toContain("1 targets are left");
    expect(readFileSync(cli.path("failed.csv"), "utf8")).toBe("symbol,date\n");
  });

  test("the days of a range, oldest first", async () => {
    const line =
      "--simulate backfill --symbols 005930 --from 2026-11-16 --to 2026-11-18 --order oldest-first --dry-run";
    const { stdout } = await cli.run(line);
    expect(stdout.match(/2026-11-1\d/g)).toEqual(["2026-11-16", "2026-11-17", "2026-11-18"]);
  });
});

test("daily keeps bars of symbols and indices, and has nothing to do again", async () => {
  const line = "--simulate daily --symbols 005930 --indices 0001 --days 30 --json";
  const first = JSON.parse((await cli.run(line)).stdout) as {
    fetched: { rows: number };
    failures: unknown[];
  };
  expect(first.failures).toEqual([]);
  expect(first.fetched.rows).toBeGreaterThanOrEqual(60);
});

test("follow ends with the day read again, and the last report as JSON", async () => {
  const run = await cli.run(
    "--simulate follow --symbols 005930 --indices 0001,1001 --days 1 --speed 12000 --store ./live",
  );
  const indices = await cli.run(
    "--simulate coverage --indices 0001,1001 --date 2026-11-20 --store ./live --json",
  );
  const { total } = JSON.parse(indices.stdout) as { total: { have: number; holes: number } };
  expect(total).toMatchObject({ have: 762, symbols: 2 });
  // At 12,000 times the pace a busy host may come too late for KIS's 102 minutes: then the minutes are named.
  expect(run.stdout).toContain(`2026-11-20: ${762 - total.holes} of 762 minutes of 2 indices`);
  expect(indices.code).toBe(total.holes === 0 ? 0 : 1);
  expect(run.code).toBe(indices.code);
  expect(run.stdout).toMatch(
    /2026-11-20: 381 of 381 minutes, 0 revised by the reconciliation, all in \S+_J_\d{14}\./,
  );
});

describe("reading commands", () => {
  const DAYS = "--from 2026-11-19 --to 2026-11-20";

  test("coverage says what is missing, exits 1 for it, and 0 where nothing is", async () => {
    const { code, stdout } = await cli.run(`--simulate coverage ${DAYS}`);
    expect(code).toBe(1);
    expect(stdout).toMatch(/2026-11-19 +1\/2 complete +381\/762 minutes +50\.00 %/);
    expect(stdout).toMatch(/2026-11-20 +2\/2 complete +762\/762 minutes +100\.00 %/);
    expect(stdout).toMatch(/2026-11-19 000660 +10:00-16:30 not-fetched/);
    expect((await cli.run("--simulate coverage --date 2026-11-20")).code).toBe(0);
    expect((await cli.run(`--simulate coverage ${DAYS} --symbols 삼성전자`)).code).toBe(0);
    const json = await cli.run(`--simulate coverage ${DAYS} --json`);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ total: { symbols: 2, missing: 381 } });
  });

  test("coverage --html writes a page that quotes what it shows, in the language asked for", async () => {
    const page = await cli.run([
      "--simulate",
      "--lang",
      "ko",
      "coverage",
      ...DAYS.split(" "),
      "--html",
      "page.html",
    ]);
    expect(page.stdout).toContain("작성: page.html");
    const text = readFileSync(cli.path("page.html"), "utf8");
    expect(text.slice(0, 400)).toContain("default-src 'none'");
    expect(text).toContain("<h2>누락</h2>");
    expect(text).toContain("/* charts */");
    await cli.run(["--store", "<b>&co", "coverage", "--html", "odd.html"]);
    const odd = readFileSync(cli.path("odd.html"), "utf8");
    expect(odd).toContain("&lt;b>&amp;co");
    expect(odd).not.toContain("<b>&co");
  });

  test("a page that cannot be written is one sentence", async () => {
    const { code, stderr } = await cli.run(`--simulate coverage ${DAYS} --html /nodir/x.html`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--html.*\/nodir\/x\.html \(ENOENT\)/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test("export writes a file a day, or a symbol, and refuses a folder that is a file", async () => {
    const byDay = await cli.run(`--simulate export ${DAYS} --out px --json`);
    expect(byDay.code).toBe(0);
    expect(JSON.parse(byDay.stdout)).toMatchObject({
      files: [{ key: "20261119_J.parquet" }, { key: "20261120_J.parquet" }],
    });
    const bySymbol = await cli.run(`--simulate export ${DAYS} --out px --by symbol --symbols 005930`);
    expect(bySymbol.stdout).toContain("px/005930_20261119_20261120_J.parquet");
    writeFileSync(cli.path("taken"), "");
    const refused = await cli.run(`--simulate export ${DAYS} --out taken`);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/--out/);
  });

  test("leave the store as it is, and make no folder where there is none", async () => {
    const before = filesUnder("data-simulated");
    for (const command of ["coverage", "coverage --symbols 삼성전자", "export --out px2", "symbols --top 1"])
      await cli.run(`--simulate ${command}`);
    expect(filesUnder("data-simulated")).toEqual(before);
    for (const command of ["coverage", "export --out px3", "symbols --top 1 --simulate", "calendar"]) {
      const { stderr } = await cli.run(`--store ./nowhere ${command}`);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(existsSync(cli.path("nowhere"))).toBe(false);
  });

  test("names without a master file at hand are refused, not asked for", async () => {
    mkdirSync(cli.path("empty"));
    const fetch = (): Promise<Response> => Promise.reject(new Error("sent"));
    const { code, stderr } = await cli.run("--store empty coverage --symbols 삼성전자", { fetch });
    expect(code).toBe(2);
    expect(stderr).toMatch(/--symbols.*master file/);
  });
});

test("compact and columns find a whole day as it should be", async () => {
  const compact = await cli.run("--simulate compact --date 2026-11-20 --json");
  expect(compact.code).toBe(0);
  expect(JSON.parse(compact.stdout)).toMatchObject([{ tradingDay: "2026-11-20" }]);
  const columns = await cli.run("--simulate columns --date 2026-11-20 --json");
  expect(JSON.parse(columns.stdout)).toMatchObject({ days: [{ rows: 762 }] });
});

test("symbols: CSV, JSON and codes of one selection agree, largest first", async () => {
  const selection = "--simulate symbols --common --tradable --top 5";
  const codes = (await cli.run(`${selection} --format codes`)).stdout.trim().split("\n");
  expect(codes).toHaveLength(5);
  const csv = (await cli.run(`${selection} --format csv`)).stdout.trim().split("\r\n");
  expect(csv.slice(1).map((line) => line.split(",")[0])).toEqual(codes);
  const rows = JSON.parse((await cli.run(`${selection} --json`)).stdout) as {
    symbol: string;
    marketCap: number;
    tradable: boolean;
    securityGroup: string;
  }[];
  expect(rows.map(({ symbol }) => symbol)).toEqual(codes);
  expect(rows.every(({ tradable, securityGroup }) => tradable && securityGroup === "ST")).toBe(true);
  const caps = rows.map(({ marketCap }) => marketCap);
  expect(caps).toEqual(caps.toSorted((a, b) => b - a));
});

test("symbols lists, filters and feeds --symbols-file", async () => {
  const table = await cli.run("--simulate symbols --top 2");
  expect(table.stdout.split("\n").filter(Boolean)).toHaveLength(2);
  const codes = await cli.run("--simulate symbols --master kospi --name 삼성 --format codes");
  expect(codes.stdout).toMatch(/^([0-9A-Z]{6,9}\n)+$/);
  writeFileSync(cli.path("codes.txt"), codes.stdout);
  expect((await cli.run("--simulate coverage --symbols-file codes.txt")).stderr).toBe("");
  const csv = await cli.run("--simulate symbols --master kosdaq --format csv");
  expect(csv.stdout).toMatch(/^symbol,isin,koreanName,market,[\w,]+\r\n/);
  expect((await cli.run("--simulate symbols --name 없는회사")).code).toBe(1);
});

test("calendar names closures and late opens", async () => {
  const { code, stdout, stderr } = await cli.run("calendar --from 2026-12-30 --to 2027-01-04");
  expect(code).toBe(0);
  expect(stdout).toMatch(/2027-01-01 {2}closed {2}New Year/);
  expect(stdout).toMatch(/2027-01-02 {2}closed {2}weekend/);
  expect(stdout).toMatch(/2027-01-04 {2}10:00-15:30/);
  expect(stderr).toContain("law and precedent");
  const json = await cli.run("calendar --date 2026-11-19 --json");
  expect(JSON.parse(json.stdout)).toMatchObject({ days: [{ day: "2026-11-19", isTradingDay: true }] });
  expect((await cli.run("calendar --from 2031-01-01")).code).toBe(2);
});

describe("bad input names what was typed", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["coverage --date 2026-02-30", /--date/],
    ["coverage --date 2026-11-20 --from 2026-11-19", /--date.*without/],
    ["coverage --from 2026-11-20 --to 2026-11-19", /--to.*--from/],
    ["coverage --venue J", /--venue/],
    ["coverage --chart x", /--chart/],
    ["export", /--out/],
    ["export --out px --by week", /--by/],
    ["symbols --master nasdaq", /--master/],
    ["symbols --top abc", /--top/],
    ["symbols --format xml", /--format/],
    ["--simulate backfill --targets none.csv", /--targets.*none\.csv/],
    ["--simulate backfill --symbols 005930 --order random", /--order/],
    ["--simulate backfill --symbols 005930 --shard 3", /--shard/],
    ["--simulate backfill --symbols 005930 --shard 4/3", /--shard/],
    ["--simulate backfill --symbols 005930 --deadline soon", /--deadline/],
    ["--simulate heal --symbols 005930 --days 0", /--days/],
    ["--simulate daily --symbols 005930 --indices KOSPI", /--indices/],
    ["--simulate follow --symbols 005930 --days all", /--days/],
    ["--simulate follow --symbols 005930 --lag 0", /--lag/],
  ];
  test.each(cases)("%s", async (line, message) => {
    const { code, stdout, stderr } = await cli.run(line);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

test("nothing beyond the calendar is shown unasked, and what is asked for is refused by name", async () => {
  const shown = await cli.run("calendar --from 2027-12-25 --json");
  expect(shown.code).toBe(0);
  const { days } = JSON.parse(shown.stdout) as { readonly days: readonly { readonly day: string }[] };
  expect([days[0]?.day, days.at(-1)?.day]).toEqual(["2027-12-25", "2027-12-31"]);
  for (const line of ["calendar --from 9999-12-31", "calendar --date 0000-01-01"]) {
    const { code, stderr } = await cli.run(line);
    expect([line, code]).toEqual([line, 2]);
    expect(stderr).toContain("the calendar knows 2000-01-01 to 2027-12-31");
  }
});

test("days that the calendar does not know are told, and never whole", async () => {
  const asked = await cli.run(
    "coverage --simulate --from 2026-11-20 --to 2028-01-03 --symbols 005930 --json",
  );
  expect([asked.code, asked.stderr]).toEqual([1, expect.stringContaining("after 2027-12-31")]);
  const alone = await cli.run("coverage --simulate --date 9999-12-31 --symbols 005930");
  expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining("after 2027-12-31")]);
});

test("a warning names the object it is about", async () => {
  const folder = "torn/hantoo-stock-kline-1m";
  mkdirSync(cli.path(folder), { recursive: true });
  const name = "20261120090000_20261120153000_J_20261120190000.jsonl.zstd";
  writeFileSync(cli.path(`${folder}/${name}`), "torn");
  const { stderr } = await cli.run("coverage --date 2026-11-20 --store torn");
  expect(stderr).toContain(
    "a stored object is damaged and was left out (hantoo-stock-kline-1m/20261120090000_",
  );
});

import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { systemClock } from "hantoo";
import { startKisSimulator } from "hantoo/testing";
import { afterAll, describe, expect, test } from "vitest";
import { widthOf } from "../../src/cli/shell/index.js";
import { EVENING, createCli } from "../support/run-cli.js";

const cli = createCli();
afterAll(() => cli.remove());

describe("help", () => {
  test("lists the commands, in both languages, and what every command takes", async () => {
    const { code, stdout, stderr } = await cli.run("--help");
    expect([code, stderr]).toEqual([0, ""]);
    for (const word of ["log", "--store", "--simulate", "--json", "--lang"]) expect(stdout).toContain(word);
    const korean = await cli.run("--help", { env: { LANG: "ko_KR.UTF-8" } });
    expect(korean.stdout).toContain("하루치 분봉 수집");
    expect((await cli.run("--help --lang ko")).stdout).toBe(korean.stdout);
    expect((await cli.run("--help --lang=en", { env: { LC_ALL: "ko_KR" } })).stdout).toBe(stdout);
  });

  test("no command at all is bad input, with help on stderr", async () => {
    const { code, stdout, stderr } = await cli.run("");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: hantoo");
  });
});

describe("what the parser says", () => {
  const KOREAN: readonly (readonly [string, string])[] = [
    [
      "coverage --form 2026-11-01",
      "알 수 없는 옵션입니다: --form. 혹시 --from인가요? --help를 참고하세요.\n",
    ],
    ["covrage", "알 수 없는 명령입니다: covrage. 혹시 coverage인가요? --help를 참고하세요.\n"],
    ["zzz", "알 수 없는 명령입니다: zzz. --help를 참고하세요.\n"],
    ["log extra", "인자가 너무 많습니다. 이 명령은 옵션만 받습니다. --help를 참고하세요.\n"],
    ["log --symbols", "옵션에 값이 없습니다: --symbols <list>. --help를 참고하세요.\n"],
    ["export", "꼭 필요한 옵션이 없습니다: --out <folder>. --help를 참고하세요.\n"],
  ];
  test.each(KOREAN)("%s, in Korean", async (line, said) => {
    const { code, stderr } = await cli.run(line, { env: { LANG: "ko_KR.UTF-8" } });
    expect([code, stderr]).toEqual([2, said]);
  });

  test("is one line in English, too, and with --json one value on stdout", async () => {
    const { stderr } = await cli.run("coverage --form 2026-11-01");
    expect(stderr).toBe("unknown option '--form'; did you mean --from? See --help.\n");
    for (const line of ["--json covrage", "coverage --json --from yesterday", "--json", "--json --lang fr"]) {
      const { code, stdout } = await cli.run(line);
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({ error: { name: "ConfigError", code: "config" } });
    }
  });

  test("help is Korean all through, and fits its terminal", async () => {
    const output = { text: "", columns: 80, write: (text: string) => void (output.text += text) };
    for (const line of ["--help", "log --help", "export --help"]) {
      const { code } = await cli.run(`${line} --lang ko`, { onOutput: output });
      expect(code).toBe(0);
    }
    expect(output.text).toContain("사용법: hantoo [옵션] [명령]");
    expect(output.text).toContain("공통 옵션:");
    expect(output.text).not.toMatch(/Usage|Options:|Commands:|default|\[options\]/);
    for (const line of output.text.split("\n")) expect(widthOf(line), line).toBeLessThanOrEqual(80);
  });
});

describe("without a key", () => {
  test("log says what to do, makes nothing, and exits 2", async () => {
    const { code, stdout, stderr } = await cli.run("log --symbols 005930");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/hantoo init[\s\S]*--simulate[\s\S]*KIS_APP_KEY/);
    expect(readdirSync(cli.cwd)).toEqual([]);
  });

  test("half a key is named, its value is not shown", async () => {
    const { code, stderr } = await cli.run("log --symbols 005930", {
      env: { KIS_APP_SECRET: "very-secret-value" },
    });
    expect(code).toBe(2);
    expect(stderr).toContain("KIS_APP_KEY");
    expect(stderr).not.toContain("very-secret-value");
  });

  test("a key that cannot be one is named as it is set, and not shown", async () => {
    const { code, stderr } = await cli.run("log --symbols 005930", {
      env: { KIS_APP_KEY: "very secret", KIS_APP_SECRET: "value" },
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^`KIS_APP_KEY` must be/m)]);
    expect(stderr).not.toContain("very secret");
  });
});

describe("bad input is one sentence that names the option, exit 2, and nothing made", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["log --symbol 005930", /--symbol/],
    ["lgo", /lgo/],
    ["log extra", /argument/],
    ["log --lang fr", /--lang/],
    ["--simulate log --symbols 5930", /--symbols/],
    ["--simulate log --symbols ,", /--symbols/],
    ["--simulate log --symbols 없는회사", /--symbols.*없는회사/],
    ["--simulate log --symbols-file none.txt", /--symbols-file.*none\.txt \(ENOENT\)/],
    ["--simulate log --symbols 005930 --master kospi", /--master.*without --symbols/],
    ["--simulate log --top 5", /--top.*--master/],
    ["--simulate log --master kospi --top abc", /--top.*abc/],
    ["--simulate log --master kospi --top 0", /--top/],
    ["--simulate log --master kospi --min-market-cap x", /--min-market-cap/],
    ["--simulate log --master nasdaq", /--master.*nasdaq/],
    ["--simulate log --venue NYSE", /--venue/],
    ["--simulate log --hours night", /--hours/],
    ["--simulate log --date 2026-02-30", /--date/],
    ["--simulate log --date 2027-06-01", /--date.*future/],
    ["--simulate log --date 2026-10-05", /--date.*trading day.*2026-10-05/],
    ["--simulate log --date 2031-01-02", /--date|2031/],
    ["--store ftp://x log --simulate", /--store/],
    ["--store s3:// log --simulate", /--store/],
    ["--store s3:/bucket/bars log --simulate", /--store.*s3:\/\/bucket\/prefix/],
    ["follow --speed 60 --symbols 005930", /--speed.*--simulate/],
    ["--simulate backfill --targets none.csv", /--targets.*none\.csv \(no such file\)/],
    ["--simulate doctor --probe --out /dev/null/x", /--out.*folder/],
    [
      "--simulate backfill --symbols 005930 --days 1 --failures no/where.csv",
      /--failures.*no\/where\.csv \(ENOENT\)/,
    ],
  ];
  test.each(cases)("%s", async (line, message) => {
    const fresh = createCli();
    try {
      const { code, stdout, stderr } = await fresh.run(line);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect([code, stdout]).toEqual([2, ""]);
      const made = existsSync(fresh.path("data-simulated")) ? readdirSync(fresh.path("data-simulated")) : [];
      expect(made.filter((name) => name !== "hantoo_master")).toEqual([]);
    } finally {
      fresh.remove();
    }
  });
});

describe("--simulate log", () => {
  test("stores a whole day apart from real ones, says that it is invented, and has nothing to do again", async () => {
    const first = await cli.run("--simulate log --symbols 005930,0001A0");
    expect(first.stderr).toContain("INVENTED");
    expect(first.stdout).toContain("762 of 762 minutes stored (100.00 %)");
    expect(first.code).toBe(0);
    expect(existsSync(cli.path("data"))).toBe(false);
    const elsewhere = await cli.run("coverage");
    expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining("add --simulate")]);
    const stored = readdirSync(cli.path("data-simulated/hantoo-stock-kline-1m"));
    expect(stored.filter((name) => name.endsWith(".zstd"))).toHaveLength(1);
    const again = await cli.run("log --simulate --json --symbols 005930,0001A0");
    expect(again.code).toBe(0);
    const report = JSON.parse(again.stdout) as {
      tradingDay: string;
      uploaded: unknown[];
      fetched: { calls: number };
    };
    expect(report).toMatchObject({ tradingDay: "2026-11-20", uploaded: [], fetched: { calls: 0 } });
  });

  test("takes names, files of codes, and a market's largest", async () => {
    writeFileSync(cli.path("codes.txt"), "\uFEFF# two of them\r\n005930\r\n000660 # SK hynix\r\n");
    const file = await cli.run("--simulate log --symbols-file codes.txt --json");
    expect(JSON.parse(file.stdout)).toMatchObject({ coverage: { total: { symbols: 2 } } });
    const name = await cli.run("--simulate log --symbols 삼성전자 --json");
    expect(JSON.parse(name.stdout)).toMatchObject({ coverage: { days: [{ symbol: "005930" }] } });
    const largest = await cli.run("--simulate log --master kospi --top 2 --json");
    expect(JSON.parse(largest.stdout)).toMatchObject({ coverage: { total: { symbols: 2 } } });
  });

  test("a store that cannot be written is one sentence, before any call", async () => {
    writeFileSync(cli.path("taken"), "in the way");
    const { code, stderr } = await cli.run("--simulate --store taken log");
    expect(code).toBe(1);
    expect(stderr).toContain("taken");
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("with a key", () => {
  test("a KIS elsewhere is announced; a symbol it does not know fails alone, and is not said not to trade", async () => {
    await using kis = await startKisSimulator({ now: EVENING, symbols: ["005930"] });
    const env = { KIS_APP_KEY: "test", KIS_APP_SECRET: "test", KIS_BASE_URL: kis.baseUrl, LANG: "C" };
    const given = { env, clock: { ...systemClock, now: () => kis.clock.now() } };
    const { code, stdout, stderr } = await cli.run("log --symbols 999999,005930 --store ./elsewhere", given);
    expect(stderr).toContain(`KIS_BASE_URL is set: asking ${kis.baseUrl} instead of KIS.`);
    expect(stderr).toMatch(/^ {2}999999: /m);
    expect(stdout).toContain("381 of 762 minutes stored");
    expect(stdout).not.toContain("did not trade");
    expect(code).toBe(1);
  });
});

import { existsSync, readdirSync } from "node:fs";
import { type LoggerStatus, createMemoryTokenStore } from "hantoo";
import { startKisSimulator } from "hantoo/testing";
import { afterAll, beforeEach, expect, test } from "vitest";
import { EVENING, createCli } from "../../support/run-cli.js";

const sent: string[] = [];
let answers = 200;
/** The alarm's web is none; all else is the simulator's loopback. */
const fetch: typeof globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith("https://alarm.test/")) return globalThis.fetch(input, init);
  const text = typeof init?.body === "string" ? ` ${(JSON.parse(init.body) as { text: string }).text}` : "";
  sent.push(`${init?.method} ${url.slice("https://alarm.test".length)}${text}`);
  return new Response(null, { status: answers });
};
const simulator = await startKisSimulator({
  now: EVENING,
  symbols: ["005930"],
  limits: { perSecond: false },
});
/** A key of a simulator beside the command, which knows one symbol. */
const key = {
  LANG: "C",
  KIS_APP_KEY: "test",
  KIS_APP_SECRET: "test",
  KIS_BASE_URL: simulator.baseUrl,
};
// One token for all: a second one is not issued within the minute.
const cli = createCli({ fetch, tokenStore: createMemoryTokenStore() });
afterAll(async () => {
  await simulator.close();
  cli.remove();
});
beforeEach(() => {
  sent.length = 0;
  answers = 200;
});

const ALARM = "--ping https://alarm.test/p1/secret --notify https://alarm.test/n1/secret";

test("log: a ping each time, a note once when degraded and once when whole, also over several processes", async () => {
  const bad = `log --symbols 005930,999999 --store ./a ${ALARM}`;
  const good = `log --symbols 005930 --store ./a ${ALARM}`;
  expect((await cli.run(good, { env: key })).code).toBe(0);
  expect(sent.splice(0)).toEqual(["GET /p1/secret"]);
  const first = await cli.run(bad, { env: key });
  expect(first.code).toBe(1);
  const [note = "", ping] = sent.splice(0).sort().reverse();
  expect(ping).toBe("GET /p1/secret/fail");
  expect(note).toMatch(/^POST \/n1\/secret hantoo log KRX is degraded: 1 symbols failed, first 999999: /);
  await cli.run(bad, { env: key });
  expect(sent.splice(0)).toEqual(["GET /p1/secret/fail"]);
  await cli.run(good, { env: key });
  expect(sent.splice(0).sort()).toEqual(["GET /p1/secret", "POST /n1/secret hantoo log KRX is whole again."]);
  expect(`${first.stdout}${first.stderr}`).not.toMatch(/alarm\.test|secret/);
});

test("a command that cannot even begin is a failure; what cannot be sent ends nothing and is not shown", async () => {
  const { code } = await cli.run(`log --symbols 005930 --store ./none ${ALARM} --lang ko`);
  expect(code).toBe(2);
  expect(sent.sort()).toEqual([
    "GET /p1/secret/fail",
    expect.stringMatching(/^POST \/n1\/secret hantoo log KRX 이상: .*KIS_APP_KEY/),
  ]);
  answers = 404;
  const refused = await cli.run(`--simulate log --symbols 005930 --store ./b ${ALARM}`);
  expect(refused.code).toBe(0);
  expect(refused.stderr).toMatch(/--ping could not be sent \(HTTP 404\)$/m);
  expect(refused.stderr).not.toMatch(/alarm\.test|secret/);
  const wrong = await cli.run("--simulate log --symbols 005930 --ping alarm.test/secret");
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining("`--ping` must be an http or https"),
  ]);
  expect(wrong.stderr).not.toContain("alarm.test");
});

test.each([
  ["heal --days 1", "heal"],
  ["daily --days 5", "daily"],
])("%s tells as well", async (line, name) => {
  const ended = await cli.run(`${line} --symbols 005930,999999 --store ./${name} ${ALARM}`, { env: key });
  expect(ended.code).toBe(1);
  expect(sent.sort()).toEqual([
    "GET /p1/secret/fail",
    expect.stringMatching(new RegExp(`^POST /n1/secret hantoo ${name} KRX is degraded: .*999999`)),
  ]);
});

test("follow: a status server while it runs, a ping after each pass, and no server after it", async () => {
  let url = "";
  const seen: Promise<readonly [LoggerStatus, number, string, string]>[] = [];
  const look = async () => {
    const [status, health, metrics, page] = await Promise.all(
      ["status", "healthz", "metrics", ""].map((path) => globalThis.fetch(`${url}${path}`)),
    );
    return [
      (await status?.json()) as LoggerStatus,
      health?.status ?? 0,
      (await metrics?.text()) ?? "",
      (await page?.text()) ?? "",
    ] as const;
  };
  const line = `--simulate follow --symbols 005930 --days 1 --speed 12000 --store ./f --serve 0 ${ALARM}`;
  const ended = await cli.run(line, {
    onNote(text) {
      const found = /^Status at (http:\/\/127\.0\.0\.1:\d+\/)\n/.exec(text)?.[1];
      if (found === undefined) return;
      url = found;
      seen.push(look());
    },
  });
  expect(ended.code).toBe(0);
  const [first] = await Promise.all(seen);
  expect(first?.[0]).toMatchObject({ stock_count: 1, expected_total: 381, venue: "KRX", isFollowing: true });
  expect([200, 503]).toContain(first?.[1]);
  expect(first?.[2]).toContain('hantoo_symbols{venue="KRX"} 1\n');
  expect(first?.[3]).toContain("<title>hantoo</title>");
  await expect(globalThis.fetch(url)).rejects.toThrow();
  expect(sent).toContain("GET /p1/secret");
}, 60_000);

test("status: what the store holds, without a key and without writing; exit 1 where something is wrong", async () => {
  await cli.run("--simulate log --symbols 005930,000660 --store ./s");
  const plain = await cli.run("--store ./s status");
  expect(plain.code).toBe(0);
  expect(plain.stdout).toMatch(
    /^2026-11-20 KRX, session closed, 2 symbols, in \.\/s\n {2}762 of 762 minutes stored, 100\.00 % of what has ended, 09:00 - 15:30\n {2}not behind, 0 symbols late\n {2}next session 2026-11-23 09:00 KST\n$/,
  );
  const json = await cli.run("--store ./s --json status --symbols 005930");
  expect(JSON.parse(json.stdout)).toMatchObject({ today_total: 381, stock_count: 1, isHealthy: true });
  const lacking = await cli.run("--store ./s status --symbols 005930,000660,035420,068270,005380 --lang ko");
  expect([lacking.code, lacking.stdout]).toEqual([1, expect.stringContaining("5종목")]);
  expect(lacking.stderr).toContain(
    "2026-11-20: 599분 뒤처짐, 저장된 분봉 없음, 15:30까지 저장됐어야 함(KST)",
  );
  const empty = await cli.run("--store ./nothing status");
  expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining("hantoo follow")]);
  expect(empty.stdout).not.toContain("100.00 %");
  expect(existsSync(cli.path("nothing"))).toBe(false);
  expect(readdirSync(cli.path("s")).filter((name) => name.includes("alarm"))).toEqual([]);
});

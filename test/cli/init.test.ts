import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { createMemoryTokenStore, systemClock } from "hantoo";
import { type RunningKisSimulator, startKisSimulator } from "hantoo/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Interrupted, type Prompts } from "../../src/cli/index.js";
import { EVENING, createCli } from "../support/run-cli.js";

const SECRET = "s3cret/very+secret==";
const cli = createCli();
let kis: RunningKisSimulator;
beforeAll(async () => {
  kis = await startKisSimulator({ now: EVENING, appKey: "PSkey", appSecret: SECRET });
});
afterAll(async () => {
  cli.remove();
  await kis.close();
});

/** Answers in the order of the questions; what is confirmed is told apart. */
function answering(
  answers: readonly string[],
  confirms = true,
): Prompts & { readonly left: readonly string[]; readonly asked: readonly string[] } {
  const left = [...answers];
  const asked: string[] = [];
  const next = async (question: string): Promise<string> => {
    asked.push(question);
    const answer = left.shift();
    if (answer === undefined) throw new Interrupted("SIGINT");
    return answer;
  };
  return {
    left,
    asked,
    text: next,
    secret: next,
    choose: async (question, choices) => {
      const answer = await next(question);
      const found = choices.find(({ value }) => value === answer);
      if (found === undefined) throw new Error(`${answer} is no choice of ${question}`);
      return found.value;
    },
    confirm: async (question) => {
      asked.push(question);
      return confirms;
    },
  };
}

const ANSWERS = [" PSkey ", SECRET, "live", "./data", "--symbols 005930", "cron"];
/** One for all: KIS gives out a token a minute. */
const tokenStore = createMemoryTokenStore();
const given = (prompts: Prompts) => ({
  prompts,
  env: { LANG: "C", KIS_BASE_URL: kis.baseUrl, KIS_MASTER_URL: kis.masterUrl },
  clock: { ...systemClock, now: () => kis.clock.now() },
  tokenStore,
});

describe("hantoo init", () => {
  test("writes .env for this user alone, has it checked, prints the schedule, and shows no secret", async () => {
    writeFileSync(cli.path(".env"), "# mine\nOTHER=1\nKIS_ENVIRONMENT=paper\n");
    const { code, stdout, stderr } = await cli.run("init", given(answering(ANSWERS)));
    expect(stderr).toContain("KIS_BASE_URL is set");
    expect(stdout).toMatch(/^key .*as assumed: accepted/m);
    expect(stdout).toMatch(/^store .*as assumed/m);
    expect(code).toBe(0);
    const text = readFileSync(cli.path(".env"), "utf8");
    expect(text).toBe(
      `# mine\nOTHER=1\nKIS_ENVIRONMENT=live\nKIS_APP_KEY=PSkey\nKIS_APP_SECRET=${SECRET}\nHANTOO_STORE=./data\n`,
    );
    expect(parseEnv(text)).toMatchObject({ KIS_APP_SECRET: SECRET });
    expect(statSync(cli.path(".env")).mode & 0o777).toBe(0o600);
    expect(stdout).toContain(
      `10 9 * * 1-5  cd ${cli.cwd} && npx --yes hantoo heal --symbols 005930 --store ./data`,
    );
    expect(stdout).not.toContain("[Service]");
    expect(stdout + stderr).not.toContain(SECRET);
  });

  test("a key that is there is kept unless the user says so", async () => {
    const before = readFileSync(cli.path(".env"), "utf8");
    const prompts = answering(["other", "other", "live", "./data", "--symbols 005930", "all"], false);
    const { code } = await cli.run("init", given(prompts));
    expect(code).toBe(0);
    expect(prompts.asked).toHaveLength(1);
    expect(readFileSync(cli.path(".env"), "utf8")).toBe(before);
  });

  test("a key that KIS refuses is told, with exit code 1, and every way is shown", async () => {
    const wrong = ["PSkey", "wrong", "live", "./data", "--symbols 005930", "all"];
    const { code, stdout } = await cli.run("init", given(answering(wrong)));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^key .*differs/m);
    for (const part of [
      "CRON_TZ",
      "[Service]",
      "OnCalendar",
      "Register-ScheduledTask",
      "FROM node",
      "services:",
    ])
      expect(stdout).toContain(part);
  });

  test("--json: one value on stdout, without the key", async () => {
    const { stdout } = await cli.run("init --json", given(answering(ANSWERS)));
    const value = JSON.parse(stdout) as { isSound: boolean; files: { name: string }[] };
    expect(value.isSound).toBe(true);
    expect(value.files.map(({ name }) => name)).toEqual(["hantoo.cron"]);
    expect(stdout).not.toContain("PSkey");
  });

  test("bad answers, Ctrl-C and no terminal leave the file as it is", async () => {
    const before = readFileSync(cli.path(".env"), "utf8");
    const quoted = await cli.run("init", given(answering(["PSkey", '"quo ted"'])));
    expect(quoted.code).toBe(2);
    expect(quoted.stderr).toContain("KIS_APP_SECRET");
    expect(quoted.stderr).not.toContain("quo ted");
    expect((await cli.run("init", given(answering(["PSkey"])))).code).toBe(130);
    const blind = await cli.run("init");
    expect(blind.code).toBe(2);
    expect(blind.stderr).toContain("terminal");
    expect(readFileSync(cli.path(".env"), "utf8")).toBe(before);
    expect(readdirSync(cli.cwd).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

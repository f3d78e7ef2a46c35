// The command on a real terminal: its questions are answered by keys, its lines fit.
import { existsSync, readFileSync, statSync } from "node:fs";
import { startKisSimulator } from "hantoo/testing";
import { afterAll, describe, expect, test } from "vitest";
import { EVENING, createCli } from "../support/run-cli.js";
import { hasTerminal, onTerminal } from "../support/terminal.js";

const SECRET = "a-secret-that-nobody-sees";
const cli = createCli();
const kis = await startKisSimulator({
  now: EVENING,
  clock: "running",
  symbols: ["005930"],
  appKey: "PSkey",
  appSecret: SECRET,
});
afterAll(async () => {
  await kis.close();
  cli.remove();
});

const DOWN = "\u001B[B";
const env = {
  LC_ALL: "ko_KR.UTF-8",
  KIS_BASE_URL: kis.baseUrl,
  KIS_MASTER_URL: kis.masterUrl,
  XDG_CACHE_HOME: cli.path("cache"),
};

describe.skipIf(!hasTerminal)("hantoo init on a terminal", () => {
  test("asks in Korean, shows no secret, and does with the answers what it says", async () => {
    const { code, text, typed } = await onTerminal(["init"], {
      cwd: cli.cwd,
      env,
      columns: 80,
      steps: [
        ["KIS 앱키(App Key)", "PSkey\r"],
        ["KIS 앱시크릿(App Secret)", `${SECRET}\r`],
        ["어느 시스템의 키인가요?", "\r"],
        ["어디에 저장할까요?", "\r"],
        ["어떤 종목을 모을까요?", "\r"],
        ["무엇으로 자동 실행할까요?", `${DOWN}\r`],
      ],
    });
    expect(typed).toBe(6);
    expect(text).not.toContain(SECRET);
    expect(text).toMatch(/^key … as assumed: 앱키 사용 가능\(live, simulator\)$/m);
    expect(text).toContain("--- hantoo.cron");
    expect(text).not.toContain("[Service]");
    // The simulator's evening is not the host's: that is what the doctor ends with, and all.
    expect(text.match(/… differs/g)).toEqual(["… differs"]);
    expect(text).toMatch(/^clock … differs: KIS보다/m);
    expect(code).toBe(1);
    expect(readFileSync(cli.path(".env"), "utf8")).toContain(`KIS_APP_SECRET=${SECRET}\n`);
    expect(statSync(cli.path(".env")).mode & 0o777).toBe(0o600);
  });

  test("Ctrl-C at a question ends it, with the terminal as it was and nothing written", async () => {
    const fresh = createCli();
    try {
      const { code, text } = await onTerminal(["init", "--lang", "en"], {
        cwd: fresh.cwd,
        env,
        columns: 80,
        steps: [
          ["KIS app key", "PSkey\r"],
          ["KIS app secret", "\u0003"],
        ],
      });
      expect(code).toBe(130);
      expect(text.trimEnd().endsWith("Stopped.")).toBe(true);
      expect(existsSync(fresh.path(".env"))).toBe(false);
    } finally {
      fresh.remove();
    }
  });
});

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { resolve } from "node:path";
import { type Clock, systemClock } from "hantoo";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Interrupted } from "../../src/cli/index.js";
import { EVENING, createCli } from "../support/run-cli.js";
import { CLI } from "../support/terminal.js";

const cli = createCli();
afterAll(() => cli.remove());

const SYMBOLS = "005930,000660,005380,035420,247540,068270,105560,012450";

/** What a stopped run left: objects, and no half of one. */
function expectStored(store: string): void {
  const files = existsSync(cli.path(store))
    ? readdirSync(cli.path(store), { recursive: true, encoding: "utf8" })
    : [];
  expect(files.some((name) => name.endsWith(".zstd"))).toBe(true);
  expect(files.filter((name) => name.includes(".hantoo-tmp"))).toEqual([]);
}

describe("a long command that is stopped stores what was fetched, and says by its exit code who stopped it", () => {
  const commands: readonly (readonly [string, string, "SIGINT" | "SIGTERM", number, RegExp])[] = [
    ["log", `log --symbols ${SYMBOLS}`, "SIGTERM", 143, /^[1-9]\d*\/8 symbols/m],
    ["follow", "follow --symbols 005930 --speed 600", "SIGINT", 130, /[1-9]\d*\/381 minutes/],
    ["backfill", `backfill --symbols ${SYMBOLS} --days 6`, "SIGTERM", 143, /^[1-9]\d*\/48 targets/m],
    ["heal", `heal --symbols ${SYMBOLS} --days 6`, "SIGINT", 130, /^[1-9]\d*\/48 targets/m],
    ["daily", `daily --symbols ${SYMBOLS} --days 200`, "SIGTERM", 143, /^[1-9]\d*\/8 symbols/m],
  ];
  test.each(commands)("%s", async (name, line, signal, status, moment) => {
    const controller = new AbortController();
    let seen = "";
    const { code, stderr } = await cli.run(`--simulate --store ${name} ${line}`, {
      signal: controller.signal,
      onNote(text) {
        seen += text;
        if (moment.test(seen)) controller.abort(new Interrupted(signal));
      },
    });
    expect(code).toBe(status);
    expect(stderr).toContain("Stopped. What was fetched is stored");
    expect(stderr).not.toMatch(/^\s+at /m);
    expectStored(name);
  });
});

describe("a store that does not answer keeps no command that is stopped", () => {
  test.each(["coverage --date 2026-11-20", "--simulate log --symbols 005930"])("%s", async (line) => {
    // The SDK looks these up itself.
    vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    onTestFinished(() => void vi.unstubAllEnvs());
    const controller = new AbortController();
    const sockets = new Set<Socket>();
    const server = createServer(() => controller.abort(new Interrupted("SIGTERM")));
    server.on("connection", (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    // A command that tests its store waits some seconds for what it wrote there to be deleted.
    const sleep: Clock["sleep"] = (ms, signal) =>
      ms === 5000 ? Promise.resolve() : systemClock.sleep(ms, signal);
    const { code, stderr } = await cli.run(`${line} --store s3://bars`, {
      signal: controller.signal,
      clock: { ...systemClock, now: () => EVENING, sleep },
      env: { LANG: "C", S3_ENDPOINT: `http://127.0.0.1:${port}`, AWS_REGION: "us-east-1" },
    });
    expect([code, stderr]).toEqual([143, expect.stringContaining("Stopped")]);
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

interface Killed {
  readonly code: number | null;
  readonly stderr: string;
}

/** A process of its own that is sent `signals` once it has begun to store, and has ended when nobody writes any more. */
function killed(
  store: string,
  signals: readonly NodeJS.Signals[],
  start = (words: readonly string[]): ChildProcessWithoutNullStreams =>
    spawn(words[0] ?? "", words.slice(1), { cwd: cli.cwd, env }),
): Promise<Killed> {
  const line = `--simulate --lang en --store ${store} follow --symbols 005930 --speed 600`;
  const child = start([...CLI, ...line.split(" ")]);
  let stderr = "";
  let isSent = false;
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
    if (isSent || !/[1-9]\d*\/381 minutes/.test(stderr)) return;
    isSent = true;
    for (const signal of signals) child.kill(signal);
  });
  return new Promise((done) => child.once("close", (code) => done({ code, stderr })));
}

const env = { ...process.env, TSX_TSCONFIG_PATH: resolve("tsconfig.json") };

test("SIGTERM ends the process in order", async () => {
  const { code, stderr } = await killed("terminated", ["SIGTERM"]);
  expect(stderr).toContain("Stopped. What was fetched is stored");
  expect(code).toBe(143);
  expectStored("terminated");
});

// Both are on their way at once, and the system promises no order: either may be the first, neither may kill.
test("a second signal right behind the first, as npx passes it on, takes nothing from that order", async () => {
  const { code, stderr } = await killed("twice", ["SIGINT", "SIGTERM"]);
  expect(stderr).toContain("Stopped. What was fetched is stored");
  expect([130, 143]).toContain(code);
  expectStored("twice");
});

// npx and npm hand SIGTERM to the shell between them and us, and that shell to nobody.
test.skipIf(process.platform === "win32")("a shell of npx that dies leaves no orphan behind", async () => {
  let group: number | undefined;
  try {
    const { stderr } = await killed("orphaned", ["SIGTERM"], (words) => {
      const given = { cwd: cli.cwd, env: { ...env, npm_command: "exec" }, detached: true };
      const child = spawn("sh", ["-c", '"$@"; true', "sh", ...words], given);
      group = child.pid;
      return child;
    });
    expect(stderr).toContain("Stopped. What was fetched is stored");
    expectStored("orphaned");
  } finally {
    if (group !== undefined) endGroup(group);
  }
});

function endGroup(id: number): void {
  try {
    process.kill(-id, "SIGKILL");
  } catch {
    // all of it has ended, as it should
  }
}

// Whoever reads what the command writes may go away: `| head -1`, a log that died, a disk that is full.
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createCli } from "../support/run-cli.js";
import { CLI } from "../support/terminal.js";

const cli = createCli();
afterAll(() => cli.remove());

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** @param deaf - the streams that nobody reads from the first byte on. */
function run(
  line: string,
  deaf: readonly ("stdout" | "stderr")[],
  stdout: "pipe" | number = "pipe",
): Promise<Ended> {
  const [node = "", ...args] = CLI;
  const child = spawn(node, [...args, "--lang", "en", ...line.split(" ")], {
    cwd: cli.cwd,
    env: { ...process.env, TSX_TSCONFIG_PATH: resolve("tsconfig.json") },
    stdio: ["ignore", stdout, "pipe"],
  });
  let stderr = "";
  child.stderr?.on("data", (chunk) => (stderr += String(chunk)));
  for (const name of deaf) child[name]?.destroy();
  return new Promise((done) => child.once("close", (code) => done({ code, stderr })));
}

test("bars are stored to the end though nobody reads any more", async () => {
  const { code } = await run("--simulate log --symbols 005930 --store deaf", ["stdout", "stderr"]);
  expect(code).toBe(0);
  const stored = readdirSync(cli.path("deaf/hantoo-stock-kline-1m"));
  expect(stored.filter((name) => name.endsWith(".zstd"))).toHaveLength(1);
});

test.skipIf(!existsSync("/dev/full"))(
  "an answer that a full disk did not take is one, in one line",
  async () => {
    const full = openSync("/dev/full", "w");
    const { code, stderr } = await run("calendar --date 2026-11-20", [], full);
    closeSync(full);
    expect([code, stderr]).toEqual([1, "stdout cannot be written (ENOSPC)\n"]);
  },
);

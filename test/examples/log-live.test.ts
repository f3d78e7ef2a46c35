import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hantoo-log-live-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(KIS_|S3_|AWS_|HANTOO_)/.test(name)),
);
const args = (out: string, ...more: readonly string[]): string[] => [
  "--import",
  "tsx",
  "examples/log-live.ts",
  "--symbols",
  "005930",
  "--out",
  join(folder, out),
  ...more,
];

test("a simulated session, fast, ends complete and compacted", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, args("whole", "--speed", "6000"), { env });
  expect(stdout).toContain("381 of 381 minutes, 0 revised by the reconciliation");
  expect(stdout).toMatch(/all in hantoo-stock-kline-1m\/\d{8}090000_\d{8}153000_J_\d{14}\.jsonl\.zstd/);
});

test("SIGTERM stores what was fetched, says so, and ends with 130", async () => {
  const child = spawn(process.execPath, args("stopped", "--speed", "600"), { env });
  let told = "";
  child.stderr.on("data", (chunk) => {
    told += String(chunk);
    // The first status line: a minute is stored. Once: a second signal would end the process at once.
    if (told.includes("minutes") && !child.killed) child.kill("SIGTERM");
  });
  const status = await new Promise((resolve) => child.once("exit", resolve));
  expect(told).toContain("Stopped. What was fetched is stored.");
  expect(status).toBe(130);
  const stored = readdirSync(join(folder, "stopped"), { recursive: true, encoding: "utf8" });
  expect(stored.some((name) => name.endsWith(".jsonl.zstd"))).toBe(true);
  expect(stored.some((name) => name.includes(".hantoo-tmp"))).toBe(false);
});

import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hantoo-log-today-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(KIS_|S3_|AWS_|HANTOO_|LC_|LANG)/.test(name)),
);

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run log-today`, as a user runs it, in a folder of its own. */
function logToday(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((done) => {
    const tsx = resolve("node_modules/tsx/dist/esm/index.mjs");
    const child = execFile(
      process.execPath,
      ["--import", tsx, resolve("examples/log-today.ts"), ...args],
      { cwd: folder, env: { ...clean, TSX_TSCONFIG_PATH: resolve("tsconfig.json"), ...env } },
      (_, stdout, stderr) => done({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test("without a key it says loudly that the bars are invented, and keeps them apart from real ones", async () => {
  const { status, stdout, stderr } = await logToday(["--symbols", "005930,0001A0", "--date", "2026-11-20"]);
  expect(stderr).toContain("Every bar is INVENTED");
  expect(stdout).toContain("762 of 762 minutes stored (100.00 %)");
  expect(status).toBe(0);
  expect(existsSync(join(folder, "data"))).toBe(false);
  const stored = readdirSync(join(folder, "data-simulated/hantoo-stock-kline-1m"));
  expect(
    stored.filter((name) => /^20261120090000_20261120153000_J_\d{14}\.jsonl\.zstd$/.test(name)),
  ).toHaveLength(1);
});

const bucket = {
  S3_BUCKET: "none",
  S3_ENDPOINT: "http://127.0.0.1:9",
  AWS_REGION: "x",
  AWS_ACCESS_KEY_ID: "a",
  AWS_SECRET_ACCESS_KEY: "very-secret-value",
};

test.each([
  ["--live without a key", ["--live", "--out", "elsewhere"], {}, /KIS_APP_KEY/],
  ["half a key", ["--out=elsewhere"], { KIS_APP_KEY: "PSxxxx" }, /KIS_APP_SECRET/],
  ["a bucket that is not there", [], bucket, /none/],
])("%s is one sentence and a failing exit code", async (_, args, env, message) => {
  const { status, stderr } = await logToday(args, env);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain("very-secret-value");
  expect(status).toBeGreaterThan(0);
  expect(existsSync(join(folder, "elsewhere"))).toBe(false);
});

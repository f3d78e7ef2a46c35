import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hantoo-list-symbols-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(KIS_|S3_|AWS_|HANTOO_)/.test(name)),
);

function list(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", "examples/list-symbols.ts", "--out", folder, ...args],
      { env },
      (_, stdout, stderr) => resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test("offline, against the simulator: CSV, JSON and symbols of one selection agree, and files are cached", async () => {
  const selection = ["--simulator", "--market", "kospi,kosdaq", "--common", "--tradable", "--top", "5"];
  const [csv, json, symbols] = await Promise.all(
    ["csv", "json", "symbols"].map((format) => list(...selection, "--format", format)),
  );
  expect([csv?.status, json?.status, symbols?.status], csv?.stderr).toEqual([0, 0, 0]);
  const listed = symbols?.stdout.trim().split("\n") ?? [];
  expect(listed).toHaveLength(5);
  expect(csv?.stdout.split("\r\n")[0]).toMatch(/^symbol,isin,koreanName,market,/);
  expect(
    csv?.stdout
      .trim()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(",")[0]),
  ).toEqual(listed);
  const rows = JSON.parse(json?.stdout ?? "") as {
    symbol: string;
    marketCap: number;
    tradable: boolean;
    securityGroup: string;
  }[];
  expect(rows.map(({ symbol }) => symbol)).toEqual(listed);
  expect(rows.every(({ tradable, securityGroup }) => tradable && securityGroup === "ST")).toBe(true);
  expect(rows.map(({ marketCap }) => marketCap)).toEqual(
    rows.map(({ marketCap }) => marketCap).sort((a, b) => b - a),
  );
  expect(
    readdirSync(join(folder, "hantoo_master"))
      .map((name) => name.replace(/^\d{8}/, ""))
      .sort(),
  ).toEqual(["_kosdaq.json", "_kospi.json"]);
});

test.each([
  [["--market", "nasdaq"], "`--market` must be kospi, kosdaq, konex"],
  [["--top", "many"], "`--top` must be a positive number"],
  [["--nonsense"], "See --help."],
])("%j is one sentence and exit code 2", async (args, message) => {
  const { status, stderr } = await list(...args);
  expect([status, stderr.trim().split("\n").length], stderr).toEqual([2, 1]);
  expect(stderr).toContain(message);
});

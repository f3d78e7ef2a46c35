import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hantoo-live-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(KIS_|S3_|AWS_|HANTOO_)/.test(name)),
);
const run = async (...args: readonly string[]): Promise<string[]> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "examples/live.ts", ...args],
    { env },
  );
  // Lag and the bar so far are of the moment; the rest is of the frames.
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t").slice(0, 5).join(" "));
};

test("what is recorded plays back to the same table", async () => {
  const live = await run("--simulate", "--seconds", "12", "--record", folder);
  expect(live.length).toBe(11);
  expect(live.slice(1).some((line) => Number(line.split(" ")[3]) > 0)).toBe(true);
  expect(await run("--replay", folder)).toEqual(live);
});

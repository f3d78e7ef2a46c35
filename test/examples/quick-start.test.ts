import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { startKisSimulator } from "hantoo/testing";

const folder = mkdtempSync(join(tmpdir(), "hantoo-quick-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs an example as it stands, in an empty folder, on a host whose clock says `nowMs`. */
function run(example: string, nowMs: number, env: Readonly<Record<string, string>>) {
  const clock = `const host = Date.now; const ahead = ${nowMs} - host(); Date.now = () => host() + ahead;`;
  const preload = `data:text/javascript,${encodeURIComponent(clock)}`;
  const args = ["--import", preload, "--import", import.meta.resolve("tsx"), resolve("examples", example)];
  return promisify(execFile)(process.execPath, args, {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      TSX_TSCONFIG_PATH: resolve("tsconfig.json"),
      XDG_CACHE_HOME: folder,
      ...env,
    },
  });
}

test("the README's first lines log a day, and its next ones read it", async () => {
  const now = Date.parse("2026-11-20T18:00:00+09:00");
  await using simulator = await startKisSimulator({ now, clock: "running" });
  const key = { KIS_APP_KEY: "test", KIS_APP_SECRET: "test", KIS_BASE_URL: simulator.baseUrl };
  const logged = await run("quick-start.ts", now, key);
  expect(logged.stdout.trim().split("\n").at(-1)).toBe("2026-11-20 1");
  expect(simulator.stats.refusals).toBe(0);
  expect(simulator.stats.tokenIssues).toBe(1);

  const read = await run("read-bars.ts", now, {});
  const closes = read.stdout
    .trim()
    .split("\n")
    .map((line) => Number(line.split(" ")[4]));
  const truth = simulator.truth("005930", "2026-11-20");
  expect(closes).toHaveLength(381);
  expect(closes.at(-1)).toBe(truth.at(-1)?.close);
});

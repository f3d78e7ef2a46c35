// Runs tests quietly by any Node, in any environment: their output is shown where they fail.
import { spawnSync } from "node:child_process";

/** @returns what vitest counted, such as `1271 passed | 13 skipped (1284)`. @throws if a test fails. */
export function runTests(args, { node = process.execPath, env = process.env, name }) {
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--reporter=dot", "--no-color"];
  const { status, stdout, stderr } = spawnSync(node, [...vitest, ...args], { env, encoding: "utf8" });
  if (status !== 0) {
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    throw new Error(`the tests fail: ${name}`);
  }
  return /Tests\s+(.*)/.exec(stdout)?.[1]?.trim() ?? "";
}

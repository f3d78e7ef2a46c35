// What a new user sees first: `npx hantoo` in an empty folder, without a key. How long it
// takes is measured by bench/first-run.ts; here only that it does what it says.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What the environment of a new user does not set: a key, a store, a language. */
const NONE = ["KIS_APP_KEY", "KIS_APP_SECRET", "KIS_BASE_URL", "KIS_MASTER_URL", "HANTOO_STORE", "LC_ALL"];

/**
 * @param scratch - where the package is installed.
 * @throws where a command does not end as it should, or leaves something else behind.
 */
export function checkFirstRun(scratch) {
  const folder = join(scratch, "empty");
  mkdirSync(folder);
  const env = { ...process.env, LANG: "C", XDG_CACHE_HOME: join(scratch, "cache") };
  for (const name of NONE) delete env[name];
  /** `--no`: what is installed, and no question. */
  const hantoo = (line) =>
    spawnSync("npx", ["--no", "--", "hantoo", ...line.split(" ")], { cwd: folder, env, encoding: "utf8" });
  const ended = (line, code) => {
    const run = hantoo(line);
    assert.equal(run.status, code, `hantoo ${line}: ${run.stdout}${run.stderr}`);
    assert.doesNotMatch(run.stderr, /^ +at /m, `hantoo ${line} shows a stack`);
    return run;
  };
  try {
    const keyless = ended("log --master kospi --top 5", 2);
    assert.match(keyless.stderr, /hantoo init[\s\S]*--simulate/);
    assert.equal(keyless.stdout, "");
    assert.deepEqual(readdirSync(folder), [], "nothing is made without a key");

    const log = ended("--simulate log", 0);
    assert.match(log.stderr, /INVENTED/);
    assert.match(log.stdout, /1,905 of 1,905 minutes stored \(100\.00 %\)/);

    // 1: of its twenty days one is stored.
    const coverage = ended("coverage --simulate --html coverage.html", 1);
    assert.match(coverage.stdout, /5\/5 complete/);
    const page = readFileSync(join(folder, "coverage.html"), "utf8");
    assert.ok(page.includes("echarts") && !/(?:src|href)="https?:/.test(page), "the page carries its charts");

    const doctor = ended("doctor --simulate", 0);
    for (const subject of ["key", "token", "clock", "pace", "calendar", "masters", "store"])
      assert.match(doctor.stdout, new RegExp(`^${subject} … as assumed: `, "m"));
    assert.deepEqual(readdirSync(folder).sort(), ["coverage.html", "data-simulated"]);
    assert.ok(!existsSync(join(folder, "data")), "what is invented stays apart");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

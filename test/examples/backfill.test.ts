import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { krx } from "hantoo/calendar";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hantoo-backfill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(KIS_|S3_|AWS_|HANTOO_)/.test(name)),
);
let runs = 0;
const freshOut = (): string => join(folder, String(runs++));

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly objects: number;
}

/** An example as a user runs it, without a key. */
function run(example: string, args: readonly string[], out: string = freshOut()): Promise<Ended> {
  return new Promise((resolve) => {
    const argv = ["--import", "tsx", `examples/${example}.ts`, "--out", out, ...args];
    const child = execFile(process.execPath, argv, { env: clean }, (_, stdout, stderr) => {
      const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() === true;
      const files = isFolder ? readdirSync(out, { recursive: true, encoding: "utf8" }) : [];
      const objects = files.filter((name) => name.endsWith(".zstd")).length;
      resolve({ status: child.exitCode ?? -1, stdout, stderr, objects });
    });
  });
}

test("backfill-targets: a dry run writes nothing, a run fills, and a second one finds nothing to do", async () => {
  const out = freshOut();
  const args = ["--symbols", "005930,0001A0", "--days", "2"];
  const dry = await run("backfill-targets", [...args, "--dry-run"], out);
  expect(dry).toMatchObject({ status: 0, objects: 0 });
  expect(dry.stdout).toContain("4 targets: 4 to fetch, 0 to skip. At most 18 calls");
  const first = await run("backfill-targets", args, out);
  expect(first).toMatchObject({ status: 0, objects: 2 });
  expect(first.stdout).toContain("4 targets stored");
  const second = await run("backfill-targets", args, out);
  expect(second).toMatchObject({ status: 0, objects: 2 });
  expect(second.stdout).toContain("0 to fetch, 4 to skip");
  const healthy = await run("catch-up", ["--symbols", "005930,0001A0", "--days", "2"], out);
  expect(healthy).toMatchObject({ status: 0, objects: 2 });
  expect(healthy.stdout).toMatch(/^healthy/m);
});

test("backfill-targets: a list with a bad line does the rest, exits 1, and says what is left", async () => {
  const day = krx.previousTradingDay(krx.lastTradingDay());
  const list = join(folder, "list.csv");
  const failed = join(folder, "failed.csv");
  writeFileSync(
    list,
    `\uFEFF종목코드,날짜\r\n005930,${day}\r\n5930,${day}\r\n000660,${day.replaceAll("-", "/")}\r\n`,
  );
  const ended = await run("backfill-targets", [
    "--targets",
    list,
    "--test",
    "--failures",
    failed,
    "--max-calls",
    "5",
  ]);
  expect(ended.status).toBe(1);
  expect(ended.stderr).toContain(`${list}:3: symbol "5930" has lost its leading zeros`);
  expect(ended.stdout).toContain("1 targets stored");
  expect(ended.stdout).toContain("1 targets are left: run the same command again");
  expect(readFileSync(failed, "utf8")).toBe("symbol,date\n");
});

test("catch-up takes its symbols from a master file, and heals", async () => {
  const ended = await run("catch-up", ["--master", "konex", "--days", "1"]);
  expect(ended).toMatchObject({ status: 0, objects: 1 });
  expect(ended.stdout).toMatch(/^healed/m);
});

describe("bad input is one sentence and exit code 2", () => {
  const cases: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    ["nothing to do", "backfill-targets", [], /--symbols/],
    ["a list that is not there", "backfill-targets", ["--targets", "/none.csv"], /none\.csv/],
    ["a list without a target", "backfill-targets", ["--targets", "package.json"], /at least one target/],
    ["an unknown order", "backfill-targets", ["--symbols", "005930", "--order", "random"], /order/],
    ["a shard that is none", "backfill-targets", ["--symbols", "005930", "--shard", "3"], /--shard/],
    [
      "a deadline that is none",
      "backfill-targets",
      ["--symbols", "005930", "--deadline", "soon"],
      /--deadline/,
    ],
    ["an unknown flag", "backfill-targets", ["--symbol", "005930"], /--symbol/],
    ["no days", "catch-up", ["--symbols", "005930", "--days", "0"], /days/],
    ["a symbol that is none", "catch-up", ["--symbols", "5930"], /--symbols/],
    ["no symbols", "catch-up", [], /--symbols/],
  ];
  test.concurrent.each(cases)("%s", async (_, example, args, message) => {
    const { status, stderr, objects } = await run(example, args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([status, objects]).toEqual([2, 0]);
  });
});

test.each(["backfill-targets", "catch-up"])("%s --help tells of every flag", async (example) => {
  const { status, stdout } = await run(example, ["--help"]);
  expect(status).toBe(0);
  const source = readFileSync(`examples/${example}.ts`, "utf8");
  for (const [, flag = ""] of source.matchAll(/^ {6}"?([a-z-]+)"?: \{ type:/gm))
    expect(stdout).toContain(`--${flag}`);
});

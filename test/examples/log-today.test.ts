import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hantoo-log-today-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let runs = 0;
const freshOut = (): string => join(folder, String(runs++));

const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(KIS_|S3_|AWS_|HANTOO_)/.test(name)),
);

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly objects: readonly string[];
}

function logToday(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  out: string = freshOut(),
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", "examples/log-today.ts", "--out", out, ...args],
      { env: { ...clean, ...env } },
      (_, stdout, stderr) => {
        const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() === true;
        const files = isFolder ? readdirSync(out, { recursive: true, encoding: "utf8" }) : [];
        resolve({
          status: child.exitCode ?? -1,
          stdout,
          stderr,
          objects: files.filter((name) => name.endsWith(".zstd")),
        });
      },
    );
  });
}

test("without a key it says so, stores a whole day of the simulator, and the second run has nothing to do", async () => {
  const out = freshOut();
  const first = await logToday(["--symbols", "005930,0001A0", "--date", "2026-11-20"], {}, out);
  expect(first.stderr).not.toMatch(/Error/);
  expect(first.status).toBe(0);
  expect(first.stdout).toContain("running against the bundled simulator");
  expect(first.stdout).toContain("762 of 762 minutes stored (100.0%)");
  expect(first.objects).toHaveLength(1);
  expect(first.objects[0]).toMatch(/20261120090000_20261120153000_J_\d{14}\.jsonl\.zstd$/);

  const second = await logToday(["--symbols", "005930,0001A0", "--date", "2026-11-20"], {}, out);
  expect(second.status).toBe(0);
  expect(second.stdout).toContain("nothing new to upload");
  expect(second.stdout).toContain("in 0 calls");
  expect(second.objects).toEqual(first.objects);
});

test("--master takes the largest of a market", async () => {
  const { status, stdout, objects, stderr } = await logToday([
    "--master",
    "kospi",
    "--top",
    "3",
    "--date",
    "2026-11-20",
  ]);
  expect(stderr).not.toMatch(/Error/);
  expect(status).toBe(0);
  expect(stdout).toContain("3 symbols");
  expect(objects).toHaveLength(1);
});

describe("bad input is one sentence, a failing exit code, and nothing written", () => {
  const cases: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp])[] = [
    ["--live without a key", ["--live"], {}, /KIS_APP_KEY and KIS_APP_SECRET/],
    ["half a key", [], { KIS_APP_KEY: "PSxxxx" }, /KIS_APP_SECRET/],
    ["the other half", [], { KIS_APP_SECRET: "very-secret-value" }, /KIS_APP_KEY/],
    [
      "an unknown environment",
      [],
      { KIS_APP_KEY: "a", KIS_APP_SECRET: "b", KIS_ENVIRONMENT: "mock" },
      /"live" or "paper"|live.*paper/,
    ],
    ["an unknown symbol", ["--symbols", "999999", "--date", "2026-11-20"], {}, /999999/],
    ["a symbol that is none", ["--symbols", "5930"], {}, /--symbols/],
    ["a date in the future", ["--date", "2027-06-01"], {}, /future|2027-06-01/],
    ["a holiday", ["--date", "2026-10-05"], {}, /2026-10-05/],
    ["a date that does not exist", ["--date", "2026-02-30"], {}, /--date/],
    ["a date that KIS no longer keeps", ["--date", "2024-03-04"], {}, /2024-03-04/],
    ["a date beyond the calendar", ["--date", "2031-01-02"], {}, /2031-01-02/],
    ["an unknown venue", ["--venue", "NYSE"], {}, /--venue/],
    ["an unknown market", ["--master", "nasdaq"], {}, /nasdaq/],
    ["an unknown flag", ["--symbol", "005930"], {}, /--symbol/],
    [
      "a bucket that is not there",
      [],
      {
        S3_BUCKET: "none",
        S3_ENDPOINT: "http://127.0.0.1:9",
        AWS_REGION: "x",
        AWS_ACCESS_KEY_ID: "a",
        AWS_SECRET_ACCESS_KEY: "very-secret-value",
      },
      /none/,
    ],
  ];
  test.concurrent.each(cases)("%s", async (_, args, env, message) => {
    const { status, stderr, objects } = await logToday(args, env);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr).not.toContain("very-secret-value");
    expect(status).toBeGreaterThan(0);
    expect(objects).toEqual([]);
  });

  test("a folder that is a file", async () => {
    const out = freshOut();
    writeFileSync(out, "in the way");
    const { status, stderr } = await logToday([], {}, out);
    expect(stderr).toContain(out);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(1);
    expect(readFileSync(out, "utf8")).toBe("in the way");
  });
});

test("--help tells of every flag", async () => {
  const { status, stdout } = await logToday(["--help"]);
  expect(status).toBe(0);
  for (const flag of [
    "--symbols",
    "--master",
    "--top",
    "--date",
    "--venue",
    "--out",
    "--live",
    "S3_ENDPOINT",
  ]) {
    expect(stdout).toContain(flag);
  }
});

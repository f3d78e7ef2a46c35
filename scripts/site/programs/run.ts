// Runs what the pages of the guide show: programs and commands, in one process, on one simulated KIS.
// Run by `npm run docs:check`; by itself: npx tsx scripts/site/programs/run.ts
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Redis } from "ioredis";
import { startRedis } from "../../../bench/redis-server.js";
import { startS3Server } from "../../../test/support/s3-server.js";
import { commandLines } from "./command-lines.js";
import { createPageCommands } from "./commands.js";
import { allPages } from "../plain-copies.js";
import { KisClient, setEvening, setSession } from "./host.js";
import { STAGE } from "../pages/stage.js";
import { type Snippet, snippetsOf } from "./snippets.js";

const KEY = { KIS_APP_KEY: "test", KIS_APP_SECRET: "test" };
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
const home = resolve(".");
const isTimed = process.argv.includes("--times");
const programs = resolve(STAGE, "programs");
const s3 = await startS3Server({ buckets: ["my-bars"] });
/** Both come with CI (`HANTOO_REDIS`); elsewhere what needs them is left out. */
const isWhole = process.env["HANTOO_REDIS"] !== undefined;
const redis =
  isWhole || spawnSync("redis-server", ["--version"]).status === 0 ? await startRedis() : undefined;
const shared = redis && new Redis(redis.url);
/** Debian's own where another comes first in the path. */
const python = ["python3", "/usr/bin/python3"].find(
  (program) => spawnSync(program, ["-c", "import pandas, zstandard"]).status === 0,
);
if (isWhole && python === undefined) throw new Error("no python3 has pandas and zstandard");
const folder = mkdtempSync(join(tmpdir(), "hantoo-site-"));
const problems: string[] = [];
let count = 0;

/** Runs a program once, whatever pages show it. What it prints is for its reader. */
async function runProgram({ page, code }: Snippet): Promise<void> {
  const path = join(programs, `program-${++count}.ts`);
  writeFileSync(path, code.replace('from "hantoo";', `from "${home}/scripts/site/programs/host.ts";`));
  const isSession = /\.run\(\)|liveBars\(/.test(code);
  const clock = isSession ? setSession(code.includes("liveBars(") ? "10:00" : "15:00") : undefined;
  if (clock === undefined) setEvening(s3.options);
  const run = async (): Promise<void> => {
    const module = (await import(path)) as Readonly<Record<string, (client: unknown) => Promise<unknown>>>;
    for (const exported of Object.values(module)) await exported(KisClient.fromEnv(process.env));
  };
  const at = Date.now();
  const own = { ...console };
  let printed = 0;
  const print = (): void => void printed++;
  const complain = (...words: readonly unknown[]): void => fail(words.join(" "));
  const fail = (what: string): void => void problems.push(`${page}: a program fails: ${what}\n${code}`);
  Object.assign(console, { log: print, debug: print, info: print, warn: print, error: complain });
  try {
    await (clock === undefined ? run() : clock.runUntil(run()));
    if (printed === 0 && code.includes("console.log(")) fail("it prints nothing");
  } catch (error) {
    fail(String(error));
  } finally {
    Object.assign(console, own);
    if (isTimed) console.log(Date.now() - at, "ms", page, code.split("\n").at(-2), printed, "lines");
  }
}

/** Runs each command once, whatever pages show it. */
async function runCommands(
  snippets: readonly Snippet[],
  commands: ReturnType<typeof createPageCommands>,
): Promise<void> {
  const lines = new Map(commandLines(snippets).map((line) => [line.words.join(" "), line]));
  for (const { page, words } of lines.values()) {
    count++;
    const at = Date.now();
    const problem = await commands.run(words);
    if (isTimed) console.log(Date.now() - at, "ms", words.join(" "));
    if (problem !== undefined) problems.push(`${page}: ${problem}`);
  }
}

/** Runs a block of Python over what the commands stored, in `cwd`. */
function runPython({ page, code }: Snippet, cwd: string): void {
  count++;
  const words = ["-c", code, "data/hantoo-stock-kline-1m", "20261120"];
  const { status, stdout, stderr } = spawnSync(python ?? "", words, { cwd, encoding: "utf8" });
  if (status !== 0 || stdout === "") problems.push(`${page}: a block of Python fails:\n${code}${stderr}`);
}

/** Blocks of a language that are to be run: each once. */
const shown = allPages().flatMap((page) => snippetsOf(page, readFileSync(`${STAGE}/${page}.md`, "utf8")));
const due = (language: string): readonly Snippet[] => [
  ...new Map(
    shown
      .filter((one) => one.language === language && one.notRun === undefined)
      .map((one) => [one.code.replaceAll(/\s+(?:\/\/|#) .*$/gm, ""), one]),
  ).values(),
];

Object.assign(process.env, KEY, {
  BUCKET: "my-bars",
  MINIO_USER: "x",
  MINIO_PASSWORD: "x",
  ...Object.fromEntries(
    ["A", "B", "C", "D"].flatMap((name) =>
      Object.entries(KEY).map(([key, value]) => [`${key}_${name}`, value]),
    ),
  ),
  REDIS_URL: redis?.url ?? "",
  AWS_ENDPOINT_URL_S3: s3.options.endpoint,
  AWS_ACCESS_KEY_ID: s3.options.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3.options.secretAccessKey,
});
const evening = setEvening(s3.options);
const env = { LANG: "C", ...KEY, AWS_ENDPOINT_URL_S3: s3.options.endpoint };
const commands = createPageCommands({ env, ...evening });
try {
  rmSync(programs, { recursive: true, force: true });
  mkdirSync(programs, { recursive: true });
  process.chdir(folder);
  await runCommands(due("sh"), commands);
  for (const snippet of due("ts"))
    if (redis !== undefined || !snippet.code.includes("REDIS_URL")) await runProgram(snippet);
  for (const snippet of due("python")) if (python !== undefined) runPython(snippet, commands.cwd);
  if (redis !== undefined && (await shared?.dbsize()) === 0)
    problems.push("no program shared its pace over Redis");
} finally {
  process.chdir(home);
  commands.remove();
  shared?.disconnect();
  await redis?.close();
  rmSync(folder, { recursive: true, force: true });
  await s3.close();
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${count} programs and commands of the pages ran`);

// Runs what the pages of the guide show: programs and commands, in one process, on one simulated KIS.
// Run by `npm run docs:check`; by itself: npx tsx scripts/site/programs/run.ts
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createCli } from "../../../test/support/run-cli.js";
import { startS3Server } from "../../../test/support/s3-server.js";
import { commandLines } from "./command-lines.js";
import { allPages } from "../plain-copies.js";
import { KisClient, setEvening, setSession } from "./host.js";
import { STAGE } from "../pages/stage.js";
import { type Snippet, snippetsOf } from "./snippets.js";

const KEY = { KIS_APP_KEY: "test", KIS_APP_SECRET: "test" };
/** Commands whose own words say that 1 is no failure: something is missing, or differs. */
const MAY_END_WITH_1 = new Set(["coverage", "status", "doctor"]);

/** Files that the pages speak of. */
const FILES: Readonly<Record<string, string>> = {
  "symbols.txt": "005930\n000660\n",
  "targets.csv": "symbol,date\n005930,2026-11-19\n000660,2026-11-20\n",
};

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
const home = resolve(".");
const isTimed = process.argv.includes("--times");
const programs = resolve(STAGE, "programs");
const s3 = await startS3Server({ buckets: ["my-bars"] });
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
async function runCommands(snippets: readonly Snippet[], cli: ReturnType<typeof createCli>): Promise<void> {
  const lines = new Map(commandLines(snippets).map((line) => [line.words.join(" "), line]));
  for (const { page, words } of lines.values()) {
    count++;
    const at = Date.now();
    const { code, stdout, stderr } = await cli.run(words);
    const isFine = code === 0 || (code === 1 && MAY_END_WITH_1.has(words[0] ?? ""));
    if (isTimed) console.log(Date.now() - at, "ms", words.join(" "));
    if (!isFine) problems.push(`${page}: hantoo ${words.join(" ")} ended with ${code}\n${stderr}${stdout}`);
  }
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
  AWS_ENDPOINT_URL_S3: s3.options.endpoint,
  AWS_ACCESS_KEY_ID: s3.options.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3.options.secretAccessKey,
});
const evening = setEvening(s3.options);
const cli = createCli({ env: { LANG: "C", ...KEY, AWS_ENDPOINT_URL_S3: s3.options.endpoint }, ...evening });
try {
  rmSync(programs, { recursive: true, force: true });
  mkdirSync(programs, { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(cli.path(name), text);
  process.chdir(folder);
  await runCommands(due("sh"), cli);
  for (const snippet of due("ts")) await runProgram(snippet);
} finally {
  process.chdir(home);
  cli.remove();
  rmSync(folder, { recursive: true, force: true });
  await s3.close();
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${count} programs and commands of the pages ran`);

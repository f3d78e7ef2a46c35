// Writes down what a reader would see: commands run against the bundled simulator, with time held at one instant.
// Run: npm run terminal (writes site/terminal), npm run terminal -- --check (says which recordings are no longer true)
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { COMMANDS } from "../src/cli/commands.js";
import { type ManualClock, createKisSimulator, createManualClock } from "hantoo/testing";
import { kstInstant } from "hantoo";
import { type Given, createCli } from "../test/support/run-cli.js";
import { startS3Server } from "../test/support/s3-server.js";
import { LIBRARY_RECORDINGS } from "./site/library-recordings.js";

const FOLDER = "site/terminal";

/** A recording of command lines, run one after another in one fresh folder. */
interface CommandRecording {
  readonly name: string;
  /** Lines as typed behind `hantoo`; those that begin with `#` are run and not shown. */
  readonly lines: readonly string[];
  /** Begins at this time of the day with a key of the simulator, on a clock that moves once all that is due is done. */
  readonly from?: string;
}

const COMMAND_RECORDINGS: readonly CommandRecording[] = [
  { name: "no-key", lines: ["log --symbols 005930"] },
  { name: "log-today", lines: ["log --simulate --symbols 005930,000660"] },
  {
    name: "backfill",
    lines: [
      "backfill --simulate --symbols 005930,000660 --days 2 --dry-run",
      "backfill --simulate --symbols 005930,000660 --days 2",
    ],
  },
  {
    name: "heal",
    lines: [
      "#backfill --simulate --symbols 005930 --date 2026-11-18",
      "heal --simulate --symbols 005930 --days 3",
    ],
  },
  {
    name: "coverage",
    lines: [
      "#log --simulate --symbols 005930,000660",
      "coverage --simulate --from 2026-11-19 --to 2026-11-20",
    ],
  },
  { name: "symbols", lines: ["symbols --simulate --master kospi --top 5"] },
  { name: "daily", lines: ["daily --simulate --symbols 005930,000660 --days 60"] },
  { name: "s3", lines: ["log --simulate --symbols 005930 --store s3://bars/kis"] },
  { name: "follow", lines: ["follow --symbols 005930,000660 --days 1"], from: "15:00" },
  { name: "again", lines: ["#log --simulate --symbols 005930", "log --simulate --symbols 005930"] },
];

/** What differs from run to run and says nothing: when an object was uploaded, and how large the codec made it. */
function steady(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:8080")
    .replaceAll(/(_(?:J|NX|UN)_)\d{14}/g, "$120261120180001")
    .replaceAll(/[\d,]+ bytes/g, "… bytes")
    .replaceAll(/[\d,]+바이트/g, "…바이트")
    .split("\n")
    .filter((line) => !/^(?:\d+\/\d+ |\d{4}-\d\d-\d\d \d\d:\d\d:\d\d KST)/.test(line)) // progress, by the host's speed
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();
}

/** A host whose day passes by itself, and the simulated KIS that its key is for. */
function dayFrom(time: string): { readonly given: Given; readonly clock: ManualClock } {
  const start = kstInstant("2026-11-20", time);
  const clock = createManualClock(start);
  const { fetch } = createKisSimulator({ clock, limits: false });
  return { given: { clock, fetch }, clock };
}

async function recordCommand({ lines, from }: CommandRecording, language: "en" | "ko"): Promise<string> {
  const s3 = await startS3Server({ buckets: ["bars"] });
  // The AWS SDK looks for credentials in the process's own environment.
  process.env["AWS_ACCESS_KEY_ID"] = s3.options.accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] = s3.options.secretAccessKey;
  const env = {
    LANG: language === "ko" ? "ko_KR.UTF-8" : "C",
    AWS_ENDPOINT_URL_S3: s3.options.endpoint,
  };
  const day = from === undefined ? undefined : dayFrom(from);
  const key = day === undefined ? {} : { KIS_APP_KEY: "test", KIS_APP_SECRET: "test" };
  const cli = createCli({ env: { ...env, ...key }, ...day?.given });
  try {
    const shown: string[] = [];
    for (const line of lines) {
      const isShown = !line.startsWith("#");
      const run = cli.run(isShown ? line : line.slice(1));
      const { code, stdout, stderr } = await (day === undefined ? run : day.clock.runUntil(run));
      if (!isShown) continue;
      const text = steady(`${stderr}${stdout}`.replaceAll(cli.cwd, "."));
      shown.push(`$ npx hantoo ${line}\n${text}\n$ echo $?\n${code}`);
    }
    return `${shown.join("\n\n")}\n`;
  } finally {
    cli.remove();
    await s3.close();
  }
}

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
const isCheck = process.argv.includes("--check");
const known = new Set<string>();
const stale: string[] = [];

function keep(name: string, text: string): void {
  known.add(name);
  const path = `${FOLDER}/${name}.txt`;
  if (!isCheck) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, "utf8") !== text) stale.push(name);
}

mkdirSync(FOLDER, { recursive: true });
if (COMMANDS.length === 0) throw new Error("there is no command to record");
// All at once: most of a command's time is waiting for the simulated KIS's rate.
await Promise.all([
  ...COMMAND_RECORDINGS.flatMap((recording) =>
    (["en", "ko"] as const).map(async (language) =>
      keep(
        language === "ko" ? `${recording.name}.ko` : recording.name,
        await recordCommand(recording, language),
      ),
    ),
  ),
  ...Object.entries(LIBRARY_RECORDINGS).map(async ([name, record]) =>
    keep(name, `${steady(await record())}\n`),
  ),
]);
if (stale.length > 0) {
  console.error(`no longer true: ${stale.join(", ")}. Run: npm run terminal`);
  process.exitCode = 1;
} else console.log(`${known.size} recordings ${isCheck ? "are still true" : "written"}`);

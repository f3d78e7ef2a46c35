/*
 * hantoo beside what one would use instead: every table of bench/README.md, from one run. Sizes and minutes stand there.
 *
 *   npm run bench                      prints them (builds first: imports and the first run are those of the package)
 *   npm run bench -- --write           and puts them into bench/README.md
 *   npm run bench -- --days 59         days of the archive, of 4,000 symbols each
 *   npm run bench -- --small           every part, tiny: to see that all of them run
 *   npm run bench -- --only kline,live
 *
 * Ratios inside a table hold on any machine; the figures are this one's. HANTOO_RECORDINGS: a folder with real master
 * files, else invented ones. HANTOO_BENCH_MODULES: a folder with date-holidays and korean-business-day installed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { argv, execPath, exit, stderr, stdout, version } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lossesTable } from "./losses.js";
import { type Part, partsToRun } from "./parts.js";
import { withParts } from "./report.js";

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    write: { type: "boolean", default: false },
    small: { type: "boolean", default: false },
    days: { type: "string" },
    only: { type: "string" },
  },
});
if (values.write && values.only !== undefined)
  throw new Error("--write takes all parts: they are of one run");

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
const folder = mkdtempSync(join(tmpdir(), "hantoo-bench-"));

/** What a part prints; what it says of its progress goes to stderr. */
function run({ name, steps }: Part): string {
  let printed = "";
  for (const { file, args, way, flags = [] } of steps) {
    const command = way === "tsx" ? ["--import", "tsx", path(`${file}.ts`)] : [path("run.mjs"), file];
    const { status, stdout: text } = spawnSync(execPath, [...flags, ...command, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      maxBuffer: 2 ** 26,
    });
    if (status !== 0) {
      stderr.write(`${name}: ${file} ended with ${status}\n${text}`);
      rmSync(folder, { recursive: true, force: true });
      exit(status ?? 1);
    }
    printed += text;
  }
  return printed.trim();
}

const began = new Date();
const before = load();
const parts = new Map<string, string>();
for (const part of partsToRun({ folder, isSmall: values.small, days: values.days })) {
  if (values.only !== undefined && !values.only.split(",").includes(part.name)) continue;
  const at = performance.now();
  parts.set(part.name, run(part));
  stderr.write(`${part.name}: ${((performance.now() - at) / 1000).toFixed(0)} s\n`);
  stdout.write(`\n## ${part.name}\n\n${parts.get(part.name)}\n`);
}
rmSync(folder, { recursive: true, force: true });

const [cpu] = cpus();
const minutes = ((Date.now() - began.getTime()) / 60_000).toFixed(0);
const machine = `${cpus().length} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${version.slice(1)}`;
const size = values.small ? ", in the small sizes that only show that all of it runs" : "";
parts.set(
  "run",
  `One run of ${minutes} minutes${size}, ${began.toISOString().slice(0, 16).replace("T", " ")} UTC: ${machine}; load ${before} before it, ${load()} at its end, its own included.`,
);
stdout.write(`\n## run\n\n${parts.get("run")}\n`);
if (values.only === undefined) {
  parts.set("losses", lossesTable(parts));
  stdout.write(`\n## losses\n\n${parts.get("losses")}\n`);
}
if (values.write) {
  const report = path("README.md");
  writeFileSync(report, withParts(readFileSync(report, "utf8"), parts));
}

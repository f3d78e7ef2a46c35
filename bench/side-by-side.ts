/*
 * hantoo beside what one would use instead: every table of bench/README.md, from one run of some five minutes.
 *
 *   npm run bench                      (builds first: import times are those of the package)
 *
 * Ratios inside a table hold on any machine; the figures are this one's. HANTOO_RECORDINGS: a folder with real master
 * files, else invented ones. HANTOO_BENCH_MODULES: a folder with date-holidays and korean-business-day installed.
 */
import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { execPath, exit, stdout, version } from "node:process";
import { fileURLToPath } from "node:url";

interface Part {
  readonly title: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Prints aligned text, not markdown. */
  readonly isText?: true;
}

const parts: readonly Part[] = [
  { title: "Client pacing: 18 calls a second", file: "pacing.ts", args: ["10", "60"] },
  { title: "Client over bare fetch", file: "client.ts", args: [], isText: true },
  { title: "Calls for a day of 50 symbols", file: "call-counts.ts", args: ["50"] },
  { title: "Codec: a market's day written and read", file: "kline.ts", args: ["2000"] },
  { title: "Calendar", file: "calendar.ts", args: ["3"] },
  { title: "Master files", file: "master.ts", args: ["6"], isText: true },
  { title: "Import time of each entry", file: "import-time.ts", args: ["11"] },
];

const [cpu] = cpus();
stdout.write(
  `${cpus().length} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${version}\n`,
);
for (const { title, file, args, isText } of parts) {
  stdout.write(`\n## ${title}\n\n`);
  const path = fileURLToPath(new URL(file, import.meta.url));
  const run = spawnSync(execPath, ["--import", "tsx", path, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  stdout.write(isText ? `\`\`\`text\n${run.stdout.trim()}\n\`\`\`\n` : run.stdout);
  if (run.status !== 0) exit(run.status ?? 1);
}

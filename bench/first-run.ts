/*
 * What somebody waits for who has just installed the package: `npx hantoo` in an empty folder, with the packed tarball
 * alone. Wall time of the best round, since noise only ever slows; beside it the same without npx, whose own start is npm's.
 *
 *   npm run build && node bench/run.mjs first-run [rounds = 5]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { argv, env, execPath, stdout } from "node:process";
import { markdownTable } from "./markdown.js";

/** In this order: the page is of what was logged. Each with the exit code it must have. */
const COMMANDS: readonly (readonly [string, number])[] = [
  ["--simulate log", 0],
  ["--simulate coverage --html coverage.html", 1], // 1: of its twenty days one is stored
  ["doctor --simulate", 0],
  ["log --symbols 005930", 2], // without a key
  ["--help", 0],
];

const ROUNDS = Number(argv[2] ?? 5);
const scratch = mkdtempSync(join(tmpdir(), "hantoo-first-run-"));
const {
  NODE_OPTIONS: _,
  KIS_APP_KEY: _key,
  KIS_APP_SECRET: _secret,
  KIS_BASE_URL: _url,
  HANTOO_STORE: _store,
  ...clean
} = env;

/** Milliseconds of one run in `folder`. */
function run(folder: string, file: string, args: readonly string[], code: number): number {
  const from = performance.now();
  const { status, stderr } = spawnSync(file, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...clean, LANG: "C", XDG_CACHE_HOME: join(scratch, "cache") },
  });
  const took = performance.now() - from;
  if (status !== code) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return took;
}

try {
  const packed = execFileSync(
    "npm",
    ["pack", "--silent", "--ignore-scripts", "--pack-destination", scratch],
    {
      encoding: "utf8",
    },
  );
  writeFileSync(join(scratch, "package.json"), '{ "private": true }');
  const quiet = ["--silent", "--no-audit", "--no-fund", "--prefer-offline"];
  execFileSync("npm", ["install", ...quiet, resolve(scratch, packed.trim())], { cwd: scratch });
  const bin = join(scratch, "node_modules", "hantoo", "dist", "cli.js");

  const best = new Map<string, { npx: number; node: number }>(
    COMMANDS.map(([line]) => [line, { npx: Infinity, node: Infinity }]),
  );
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of ["npx", "node"] as const) {
      const folder = join(scratch, `${way}-${round}`);
      mkdirSync(folder);
      for (const [line, code] of COMMANDS) {
        const words = line.split(" ");
        const took =
          way === "npx"
            ? run(folder, "npx", ["--no", "--", "hantoo", ...words], code)
            : run(folder, execPath, [bin, ...words], code);
        const least = best.get(line);
        if (least !== undefined) least[way] = Math.min(least[way], took);
      }
    }
  }
  stdout.write(`Best of ${ROUNDS}, in an empty folder:\n\n`);
  stdout.write(
    markdownTable(
      [...best].map(([line, { npx, node }]) => ({
        command: `\`npx hantoo ${line}\``,
        seconds: (npx / 1000).toFixed(1),
        "without npx": (node / 1000).toFixed(1),
      })),
    ),
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

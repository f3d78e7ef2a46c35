/*
 * What it costs to import each entry, in ms over `node -e 0`: of processes that start cold, take turns and do nothing
 * else. Wall time is the best of the rounds, since noise only ever slows; CPU time is the median.
 *
 *   npm run build && npx tsx bench/import-time.ts [rounds = 15]
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { argv, env, execPath, exit, stdout } from "node:process";
import { markdownTable, median } from "./markdown.js";

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const ROUNDS = Number(argv[2] ?? 15);
if (!existsSync("dist/index.js")) {
  stdout.write("Not built: `npm run build` first.\n");
  exit(1);
}
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const entries = Object.keys(manifest.exports)
  .filter((name) => name !== "./package.json")
  .map((name) => name.replace(/^\./, manifest.name));
/** What entries load at import, to see what dominates, and the lightest limiter that somebody would take instead. */
const names = [...entries, "zod", "bottleneck", "iconv-lite", "p-throttle"];

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** One process; it says itself how much CPU it had used when it was ready. */
function start(code: string): Start {
  const report = "const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system));";
  const script = code === "" ? report : `${code}.then(() => { ${report} })`;
  const { NODE_OPTIONS: _, ...clean } = env;
  const from = performance.now();
  const run = spawnSync(execPath, ["-e", script], { encoding: "utf8", env: clean });
  const wallMs = performance.now() - from;
  if (run.status !== 0) throw new Error(run.stderr);
  return { wallMs, cpuMs: Number(run.stdout) / 1000 };
}

const codes = new Map([["", ""]]);
for (const name of names) {
  codes.set(`${name} import`, `import(${JSON.stringify(name)})`);
  codes.set(`${name} require`, `Promise.resolve(require(${JSON.stringify(name)}))`);
}
const starts = new Map<string, Start[]>([...codes.keys()].map((key) => [key, []]));
for (let round = -1; round < ROUNDS; round++) {
  for (const [key, code] of codes) {
    const one = start(code);
    if (round >= 0) starts.get(key)?.push(one);
  }
}
const wall = (key: string): number => Math.min(...(starts.get(key) ?? []).map(({ wallMs }) => wallMs));
const cpu = (key: string): number => median((starts.get(key) ?? []).map(({ cpuMs }) => cpuMs));
const over = (of: (key: string) => number, key: string): string => (of(key) - of("")).toFixed(0);

stdout.write(
  `${ROUNDS} cold starts each; milliseconds over \`node -e 0\`, which took ${wall("").toFixed(0)} ms, ${cpu("").toFixed(0)} ms of CPU:\n\n`,
);
stdout.write(
  markdownTable(
    names.map((name) => ({
      entry: `\`${name}\``,
      import: over(wall, `${name} import`),
      require: over(wall, `${name} require`),
      "import, CPU": over(cpu, `${name} import`),
      "require, CPU": over(cpu, `${name} require`),
    })),
  ),
);

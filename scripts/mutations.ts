// Switches off one safeguard after another in a copy of the sources, and demands that a test fails each time: a
// safeguard that no test misses can be lost without notice.
// Run: npm run mutations, or npm run mutations -- presence hours. Model seeds by HANTOO_MODEL_SEEDS (100), a part at a time.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Mutation {
  readonly name: string;
  /** What is no longer so. */
  readonly off: string;
  readonly file: string;
  /** Stands in the file once. */
  readonly line: string;
  readonly becomes: string;
  /** Tests of the one thing; at least one must fail. */
  readonly tests: readonly string[];
  /** Whether the evidence model must fail as well. */
  readonly model: boolean;
}

const MODEL = "test/kline/evidence-model";
const MINUTES = ["minute-evidence", "turnover-chain", "surprises"].map(
  (name) => `test/kis/minutes/${name}.test.ts`,
);
const EVIDENCE = ["merge-answer", "order-of-trust"].map((name) => `test/kline/evidence/${name}.test.ts`);
const HOURS = ["test/kline/guard/day-hours.test.ts"];

const MUTATIONS: readonly Mutation[] = [
  {
    name: "chain",
    off: "a step of the running turnover that is too large shows a lost row",
    file: "src/kis/reads/minutes/judge-day.ts",
    line: "  for (const hole of chain.holes) {",
    becomes: "  for (const hole of chain.holes.slice(0, 0)) {",
    tests: MINUTES,
    model: true,
  },
  {
    name: "totals",
    off: "what follows the last row is quiet only where the day's totals say so",
    file: "src/kis/reads/minutes/judge-day.ts",
    line: "  if (dayTurnover !== undefined && end.total.most >= dayTurnover)",
    becomes: "  if (dayTurnover !== null)",
    tests: MINUTES,
    model: true,
  },
  {
    name: "daily-witness",
    off: "a past day without a row was quiet only where its daily row says so",
    file: "src/kis/reads/minutes/read-minutes.ts",
    line: "    if (provesQuiet(witness, hasQuote)) return quiet;",
    becomes: "    if (provesQuiet(witness, hasQuote) || witness !== null) return quiet;",
    tests: ["test/kis/minutes/odd-answers.test.ts"],
    model: true,
  },
  {
    name: "calendar",
    off: "a day that the source calls closed is not stored",
    file: "src/kline/guard/day-gate.ts",
    line: "    if (said === false)",
    becomes: "    if (said === null)",
    tests: ["test/kline/guard/day-gate.test.ts"],
    model: true,
  },
  {
    name: "presence",
    off: "an answer without a row takes a stored trade back only where its totals leave no room for it",
    file: "src/kline/evidence/merge-answer.ts",
    line: "range === undefined && isRefuted(before, after(index));",
    becomes: "range === undefined && isRefuted(before, after(index)) !== null;",
    tests: EVIDENCE,
    model: true,
  },
  {
    name: "hole-over-trade",
    off: "a hole never wins over a stored trade",
    file: "src/kline/evidence/merge-answer.ts",
    line: "    if (isTrade) {",
    becomes: "    if (isTrade && range === undefined) {",
    tests: EVIDENCE,
    model: true,
  },
  {
    name: "hours",
    off: "nobody vouches for the end of a day on which others traded at other labels",
    file: "src/kline/guard/day-gate.ts",
    line: "    if (!this.mayDoubt) return new Map();",
    becomes: "    if (this.mayDoubt || !this.mayDoubt) return new Map();",
    tests: HOURS,
    model: true,
  },
  {
    name: "hours-vouched",
    off: "a liquid neighbour vouches for the calendar's hours",
    file: "src/kline/guard/day-hours.ts",
    line: "if (closing < 0 ||",
    becomes: "if (closing < Infinity ||",
    tests: HOURS,
    model: false,
  },
  {
    name: "hours-standing",
    off: "what was doubted stays so until the day is over",
    file: "src/kline/evidence/merge-answer.ts",
    line: "(!tellsHoles || index === standing)",
    becomes: "(!tellsHoles || index === -1)",
    tests: HOURS,
    model: false,
  },
  {
    name: "forming",
    off: "a row that is still forming behind the last minute keeps the day open",
    file: "src/kis/reads/minutes/judge-day.ts",
    line: "  if (elsewhere.length > 0 ||",
    becomes: "  if (outside !== undefined ||",
    tests: MINUTES,
    model: false,
  },
];

interface Report {
  readonly numTotalTests: number;
  readonly numFailedTests: number;
  /** Whether no test failed, and every file could be loaded. */
  readonly success: boolean;
}

const root = new URL("..", import.meta.url).pathname;
const copy = mkdtempSync(join(tmpdir(), "mutations-"));

/** @returns how many tests failed, of how many. @throws if none ran. */
function failures(tests: readonly string[]): Report {
  const output = join(copy, "report.json");
  rmSync(output, { force: true });
  const env = { ...process.env, HANTOO_MODEL_SEEDS: process.env["HANTOO_MODEL_SEEDS"] ?? "100" };
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--reporter=json", `--outputFile=${output}`];
  const options = { cwd: copy, env, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const { stderr } = spawnSync(process.execPath, [...vitest, "--maxWorkers=1", ...tests], options);
  let report: Report | undefined;
  try {
    report = JSON.parse(readFileSync(output, "utf8")) as Report;
  } catch {
    // told below
  }
  if (report === undefined || report.numTotalTests === 0)
    throw new Error(`no test of ${tests.join(" ")} ran: ${stderr}`);
  return report;
}

function run(names: readonly string[]): void {
  const unknown = names.filter((name) => !MUTATIONS.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`no such mutation: ${unknown.join(", ")}`);
  for (const name of ["src", "test", "package.json", "tsconfig.json", "vitest.config.ts"])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const chosen = MUTATIONS.filter(({ name }) => names.length === 0 || names.includes(name));
  for (const { name, file, line } of chosen)
    if (readFileSync(join(copy, file), "utf8").split(line).length !== 2)
      throw new Error(`${name}: \`${line}\` must stand in ${file} once`);
  // A test that fails anyway would miss every safeguard.
  const all = new Set([...chosen.flatMap(({ tests }) => tests), MODEL]);
  const { success, numFailedTests, numTotalTests } = failures([...all]);
  if (!success) throw new Error(`${numFailedTests} of ${numTotalTests} tests fail without a mutation`);
  const survivors: string[] = [];
  for (const { name, off, file, line, becomes, tests, model } of chosen) {
    const path = join(copy, file);
    const source = readFileSync(path, "utf8");
    writeFileSync(
      path,
      source.replace(line, () => becomes),
    );
    const unit = failures(tests);
    const whole = failures([MODEL]);
    writeFileSync(path, source);
    const count = ({ numFailedTests, numTotalTests }: Report): string =>
      `${numFailedTests} of ${numTotalTests}`;
    console.log(
      `${name}: without "${off}" fail ${count(unit)} tests, and ${count(whole)} parts of the model`,
    );
    if (unit.numFailedTests === 0 || (model && whole.numFailedTests === 0)) survivors.push(name);
  }
  if (survivors.length > 0) throw new Error(`nothing fails without: ${survivors.join(", ")}`);
}

try {
  run(process.argv.slice(2));
} finally {
  rmSync(copy, { recursive: true, force: true });
}

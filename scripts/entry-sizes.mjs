// What each entry of package.json weighs: its file in dist and every file of ours that it can reach, those loaded on
// first use included; dependencies are not counted, but ky is ours, being bundled. The command is weighed alone, with the
// parser and prompts bundled into it and the charts of its page; the entries it imports are weighed above it. Fails where
// one outgrows its budget.
//
//   npm run sizes                 after a build
//   npm run sizes -- --update     writes new budgets, a tenth above what is there
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET = fileURLToPath(new URL("entry-sizes.json", import.meta.url));
const HEADROOM = 1.1;
/** `from "./x"`, `import "./x"`, `import("./x")`, `require("./x")`: the output is unminified and keeps these forms. */
const REFERENCE = /\b(?:from\s*|import\s*\(?\s*|require\(\s*)(["'])(\.{1,2}\/[^"']+)\1/g;

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target === "object");
const missing = entries.filter(([, target]) => !existsSync(target.import.default));
if (missing.length > 0) {
  console.error(`Not built: ${missing.map(([name]) => name).join(", ")}. Run \`npm run build\` first.`);
  process.exit(1);
}

/** Every file that `start` can reach, itself included. */
function reach(start) {
  const files = new Map();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    const bytes = readFileSync(file);
    files.set(file, bytes);
    for (const [, , target] of bytes.toString("utf8").matchAll(REFERENCE))
      open.push(join(dirname(file), target));
  }
  return [...files.values()];
}

function sizeOf(files) {
  const raw = files.reduce((sum, bytes) => sum + bytes.length, 0);
  const gzip = files.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0);
  return { files: files.length, raw, gzip };
}

const sizes = entries.map(([name, target]) => ({
  name,
  esm: sizeOf(reach(target.import.default)),
  cjs: sizeOf(reach(target.require.default)),
}));
const command = sizeOf([manifest.bin.hantoo, "dist/cli-charts.js"].map((file) => readFileSync(file)));
// One format: nobody imports a command.
sizes.push({ name: "hantoo (command)", esm: command, cjs: undefined });

if (process.argv.includes("--update")) {
  const roomy = (bytes) => Math.ceil((bytes * HEADROOM) / 1000) * 1000;
  const budget = Object.fromEntries(
    sizes.map(({ name, esm, cjs }) => [
      name,
      {
        raw: roomy(Math.max(esm.raw, cjs?.raw ?? 0)),
        gzip: roomy(Math.max(esm.gzip, cjs?.gzip ?? 0)),
      },
    ]),
  );
  writeFileSync(BUDGET, `${JSON.stringify(budget, null, 2)}\n`);
}

const budgets = JSON.parse(readFileSync(BUDGET, "utf8"));
const kb = (bytes) => (bytes / 1000).toFixed(1).padStart(6);
const faults = [];
console.log("kB, raw and gzip        ESM                  CJS                 budget");
for (const { name, esm, cjs } of sizes) {
  const budget = budgets[name];
  const shown = [esm, cjs].map((size) =>
    size === undefined
      ? " ".repeat(18)
      : `${kb(size.raw)} ${kb(size.gzip)} (${String(size.files).padStart(2)})`,
  );
  console.log(
    `${name.padEnd(16)} ${shown.join("   ")}   ${budget === undefined ? "none" : `${kb(budget.raw)} ${kb(budget.gzip)}`}`,
  );
  if (budget === undefined) faults.push(`${name} has no budget`);
  else {
    for (const [format, size] of Object.entries({ ESM: esm, CJS: cjs })) {
      if (size === undefined) continue;
      for (const kind of ["raw", "gzip"]) {
        if (size[kind] > budget[kind])
          faults.push(`${name} (${format}) is ${size[kind]} bytes ${kind}, its budget ${budget[kind]}`);
      }
    }
  }
}
for (const name of Object.keys(budgets)) {
  if (!sizes.some((size) => size.name === name)) faults.push(`${name} has a budget, but is no entry`);
}
if (faults.length > 0) {
  console.error(`\n${faults.join("\n")}\nIf that is what is wanted: npm run sizes -- --update, and say why.`);
  process.exit(1);
}

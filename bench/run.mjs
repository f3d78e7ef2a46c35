// Runs a bench in plain Node: node bench/run.mjs simulator [arguments]
// tsx keeps the names of functions by a call at each closure's making, which users of the package never pay and
// which took as long as the simulator itself. Here esbuild only takes the types away.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const [name = "", ...args] = process.argv.slice(2);
// Under node_modules, so that the packages left outside are found.
const folder = fileURLToPath(new URL("../node_modules/.cache/hantoo-bench/", import.meta.url));
mkdirSync(folder, { recursive: true });
const outfile = `${folder}${name}.mjs`;
await build({
  entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
  outfile,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
});
spawn(process.execPath, [...process.execArgv, outfile, ...args], { stdio: "inherit" }).once(
  "exit",
  (code) => {
    process.exitCode = code ?? 1;
  },
);

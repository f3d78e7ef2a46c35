// Builds the documentation into docs/: the guide by vitepress, the reference by typedoc, a plain copy of each page.
// Run: npm run docs
import { type SpawnOptions, spawn } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { writePlainCopies } from "./plain-copies.js";
import { makeRelative } from "./relative-base.js";
import { STAGE, stagePages } from "./pages/stage.js";

const REFERENCE = "site/.reference";
const DOCS = "docs";

function run(command: readonly string[], options: SpawnOptions = {}): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, command, { stdio: ["ignore", "inherit", "inherit"], ...options });
    child.on("error", failed);
    child.on("exit", (code) => {
      if (code === 0) done();
      else failed(new Error(`${command.join(" ")} ended with ${code}`));
    });
  });
}

const startedAt = Date.now();
stagePages();
rmSync(REFERENCE, { recursive: true, force: true });
await Promise.all([
  run(["node_modules/typedoc/bin/typedoc"]),
  run(["node_modules/vitepress/bin/vitepress.js", "build", STAGE, "--outDir", resolve(DOCS)]),
]);
makeRelative(DOCS);
for (const [from, to] of [
  ["html", "reference"],
  ["markdown", "reference-md"],
] as const) {
  rmSync(join(DOCS, to), { recursive: true, force: true });
  renameSync(join(REFERENCE, from), join(DOCS, to));
}
if (!existsSync(join(DOCS, "index.html"))) throw new Error("docs/index.html was not built");
writePlainCopies(STAGE, DOCS);
console.log(`docs/ was built in ${Math.round((Date.now() - startedAt) / 1000)} s`);

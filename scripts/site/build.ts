// Builds the documentation into docs/: the guide by vitepress, the reference by typedoc, a plain copy of each page.
// Run: npm run docs
import { type SpawnOptions, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { behavioursPage, moreBehavioursPage } from "./behaviours-page.js";
import { errorsPage } from "./errors-page.js";
import { lossesPage } from "./losses-page.js";
import { writePlainCopies } from "./plain-copies.js";
import { proofPage } from "./proof-page.js";
import type { Language } from "./tables.js";

const STAGE = "site/.stage";
const REFERENCE = "site/.reference";
const DOCS = "docs";

const GENERATED: Readonly<Record<string, (language: Language) => string>> = {
  "kis/behaviours": behavioursPage,
  "kis/behaviours-more": moreBehavioursPage,
  "kis/errors": errorsPage,
  losses: lossesPage,
  proof: proofPage,
};

/** The pages as the generator reads them: sources, recordings put in, and what is made from the code. */
function stagePages(): void {
  rmSync(STAGE, { recursive: true, force: true });
  mkdirSync(STAGE, { recursive: true });
  for (const name of readdirSync("site"))
    if (![".stage", ".reference", "terminal"].includes(name))
      cpSync(join("site", name), join(STAGE, name), { recursive: true });
  mkdirSync(join(STAGE, "public"));
  cpSync("assets/coverage.png", join(STAGE, "public/coverage.png"));
  for (const path of readdirSync(STAGE, { recursive: true, encoding: "utf8" })) {
    if (path.endsWith(".md"))
      writeFileSync(join(STAGE, path), withRecordings(readFileSync(join(STAGE, path), "utf8")));
  }
  for (const [path, page] of Object.entries(GENERATED)) {
    for (const language of ["en", "ko"] as const) {
      const target = join(STAGE, language === "ko" ? "ko" : "", `${path}.md`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, page(language));
    }
  }
}

/**
 * `<!-- terminal: NAME -->` stands for what `scripts/record-terminal.ts` wrote down under that name, and
 * `<!-- file: PATH LANGUAGE -->` for a file of the repository.
 */
function withRecordings(text: string): string {
  const whole = text.replaceAll(
    /<!-- file: (\S+) (\w+) -->/g,
    (_, path: string, language: string) =>
      `\`\`\`${language}\n${readFileSync(path, "utf8").trimEnd()}\n\`\`\``,
  );
  return whole.replaceAll(/<!-- terminal: ([\w.-]+) -->/g, (_, name: string) => {
    const recorded = readFileSync(`site/terminal/${name}.txt`, "utf8").trimEnd();
    return `\`\`\`text\n${recorded}\n\`\`\``;
  });
}

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

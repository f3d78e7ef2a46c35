import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { behavioursPage, moreBehavioursPage } from "./behaviours-page.js";
import { errorsPage } from "./errors-page.js";
import { figuresPage, lossesPage } from "./losses-page.js";
import { proofPage } from "./proof-page.js";
import type { Language } from "./tables.js";

/** The folder the generator reads. */
export const STAGE = "site/.stage";

const GENERATED: Readonly<Record<string, (language: Language) => string>> = {
  "kis/behaviours": behavioursPage,
  "kis/behaviours-more": moreBehavioursPage,
  "kis/errors": errorsPage,
  figures: figuresPage,
  losses: lossesPage,
  proof: proofPage,
};

/** The pages as the generator reads them: sources, recordings put in, and what is made from the code. */
export function stagePages(): void {
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

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GROUPS } from "../../site/.vitepress/pages.js";

/** Every page of the guide in both languages, as paths without extension, home pages first. */
export function allPages(): readonly string[] {
  const paths = GROUPS.flatMap(({ pages }) => pages.map(({ path }) => path));
  return ["index", ...paths, "ko/index", ...paths.map((path) => `ko/${path}`)];
}

/** Puts each page's Markdown beside its HTML, and writes `llms.txt`, which lists them all. */
export function writePlainCopies(stage: string, docs: string): void {
  for (const path of allPages()) {
    const text = readFileSync(join(stage, `${path}.md`), "utf8").replace(/^---\n[\s\S]*?\n---\n/, "");
    const target = join(docs, `${path}.md`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  writeFileSync(join(docs, "llms.txt"), llmsText());
}

function llmsText(): string {
  const own = readFileSync("llms.txt", "utf8");
  const summary = own.slice(0, own.indexOf("\n- "));
  const conventions = own.slice(own.indexOf("## Conventions"), own.indexOf("## Examples"));
  const groups = GROUPS.map(({ en, pages }) => {
    const lines = pages.map((page) => `- [${page.en}](${page.path}.md) ([한국어](ko/${page.path}.md))`);
    return `## ${en}\n\n${lines.join("\n")}\n`;
  });
  return `${summary.trim()}\n\n${groups.join("\n")}\n${conventions.trim()}\n\n## Reference\n\n- [Every export, as Markdown](reference-md/README.md)\n`;
}

import { readFileSync } from "node:fs";
import type { Language } from "./tables.js";

/** One chapter of `bench/README.md`, without its heading. */
function chapter(text: string, title: string): string {
  const [, after = ""] = text.split(`\n## ${title}\n`);
  const [body = ""] = after.split("\n## ");
  if (body.trim() === "") throw new Error(`bench/README.md has no chapter "${title}"`);
  return body.trim();
}

const bench = (): string => readFileSync("bench/README.md", "utf8");
const prose = (name: string, language: Language): string =>
  readFileSync(`site/${language === "ko" ? "ko/" : ""}${name}.md`, "utf8");

/** Where others are faster or lighter, as one run of the benches gave it. */
export function lossesPage(language: Language): string {
  return prose("losses", language).replace("<!-- losses -->", () => chapter(bench(), "Where we lose"));
}

/** Every table of the benches, as one run gave them. */
export function figuresPage(language: Language): string {
  const text = bench()
    .replace(/^# .*\n/, "")
    .replace(/\n## Where we lose\n[\s\S]*?(?=\n## |$)/, "");
  return prose("figures", language).replace("<!-- benches -->", () => text.trim());
}

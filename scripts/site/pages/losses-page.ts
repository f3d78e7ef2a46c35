import { readFileSync } from "node:fs";
import type { Language } from "./tables.js";

/** One chapter of `bench/README.md`, without its heading. */
function chapter(text: string, title: string): string {
  const [, after = ""] = text.split(`\n## ${title}\n`);
  const [body = ""] = after.split("\n## ");
  if (body.trim() === "") throw new Error(`bench/README.md has no chapter "${title}"`);
  return body.trim();
}

/** Where others are faster or lighter, and every table of the benches, as one run gave them. */
export function lossesPage(language: Language): string {
  const bench = readFileSync("bench/README.md", "utf8");
  const prose = readFileSync(`site/${language === "ko" ? "ko/" : ""}losses.md`, "utf8");
  const [intro = ""] = bench.replace(/^# .*\n/, "").split("\n## ");
  const rest = bench.slice(bench.indexOf("\n## ")).replace(/\n## Where we lose\n[\s\S]*?(?=\n## )/, "");
  return prose
    .replace("<!-- losses -->", () => chapter(bench, "Where we lose"))
    .replace("<!-- benches -->", () => `${intro.trim()}\n${rest.replaceAll("\n## ", "\n### ")}`);
}

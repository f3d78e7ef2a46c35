import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const LIST = fileURLToPath(new URL("theme/highlight.css", import.meta.url));
/** Of plain text: the block has it. */
const PLAIN = "--SHIKI-LIGHT:#24292E;--SHIKI-DARK:#E1E4E8";

/** As shiki writes it: `--shiki-light:#D73A49;--shiki-dark:#F97583`. */
const plainly = (style: string): string => style.replaceAll(/\s|;$/g, "").toUpperCase();
const classes = new Map(
  [...readFileSync(LIST, "utf8").matchAll(/\.(\w+)\s*\{\s*([^}]*?)\s*\}/g)].map(
    ([, name = "", style = ""]) => [plainly(style), name],
  ),
);

interface Word {
  readonly properties: Record<string, unknown>;
}

/**
 * A transformer of code blocks that gives a word a class for its colours: they were a third of what a page weighs. A rare
 * colour without a class stays as it is.
 */
export const colouredByClass = {
  name: "hantoo:coloured-by-class",
  span(word: Word): void {
    const style = plainly(String(word.properties["style"] ?? ""));
    const name = classes.get(style);
    if (name === undefined && style !== PLAIN) return;
    delete word.properties["style"];
    if (name !== undefined) word.properties["class"] = name;
  },
};

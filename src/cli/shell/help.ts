import type { Help } from "commander";
import { widthOf } from "./format.js";
import type { Say } from "./say.js";

/** The words that the parser itself puts into help, in Korean. */
const KOREAN: Readonly<Record<string, string>> = {
  "Usage:": "사용법:",
  "Arguments:": "인자:",
  "Options:": "옵션:",
  "Global Options:": "공통 옵션:",
  "Commands:": "명령:",
};

/** Makes the parser's help speak the chosen language and count Hangul as two columns wide. */
export function helpIn(say: Say): Partial<Help> {
  return {
    showGlobalOptions: true,
    displayWidth: widthOf,
    styleTitle: (title) => say(title, KOREAN[title] ?? title),
    styleUsage: termIn(say),
    styleSubcommandTerm: termIn(say),
    optionDescription({ description, defaultValue }) {
      // A switch is off by default, as everybody expects.
      if (defaultValue === undefined || defaultValue === false) return description;
      const value = String(defaultValue);
      return `${description} ${say(`(default: ${value})`, `(기본값: ${value})`)}`;
    },
  };
}

const termIn =
  (say: Say) =>
  (term: string): string =>
    say(term, term.replace("[options]", "[옵션]").replace("[command]", "[명령]"));

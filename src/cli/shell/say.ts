import { ConfigError } from "hantoo";
import type { Io } from "./io.js";

/** The languages of the command. Errors of the library are English in both. */
export type Language = "en" | "ko";

/** Picks the text in the chosen language. Both are written side by side, so that neither is forgotten. */
export type Say = (english: string, korean: string) => string;

/** @returns a {@link Say} of `language`. */
export function sayIn(language: Language): Say {
  return (english, korean) => (language === "ko" ? korean : english);
}

/**
 * The language of a command line: `--lang` anywhere in it, else the locale of the environment, read as POSIX does:
 * the first of LC_ALL, LC_MESSAGES and LANG that is set.
 *
 * @throws ConfigError if `--lang` names another language.
 */
export function languageOf(argv: readonly string[], env: Io["env"]): Language {
  const at = argv.findLastIndex((arg) => arg === "--lang" || arg.startsWith("--lang="));
  const asked = at < 0 ? undefined : argv[at] === "--lang" ? argv[at + 1] : argv[at]?.slice("--lang=".length);
  if (asked !== undefined) {
    if (asked === "ko" || asked === "en") return asked;
    throw new ConfigError("--lang", '"ko" or "en"', asked);
  }
  const locale = env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "";
  return /^ko(_|\.|$)/i.test(locale) ? "ko" : "en";
}

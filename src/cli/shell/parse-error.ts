import type { CommanderError } from "commander";
import type { Say } from "./say.js";

/** The parser's errors in Korean, by code; `quoted` is the text that its English sentence quotes. */
const KOREAN: Readonly<Record<string, (quoted: string) => string>> = {
  "commander.unknownOption": (option) => `알 수 없는 옵션입니다: ${option}`,
  "commander.unknownCommand": (command) => `알 수 없는 명령입니다: ${command}`,
  "commander.excessArguments": () => "인자가 너무 많습니다. 이 명령은 옵션만 받습니다",
  "commander.optionMissingArgument": (option) => `옵션에 값이 없습니다: ${option}`,
  "commander.missingMandatoryOptionValue": (option) => `꼭 필요한 옵션이 없습니다: ${option}`,
};

/** Says in the chosen language what is wrong with a line that could not be parsed, and what may have been meant. */
export function parseErrorText(
  { code, message }: Pick<CommanderError, "code" | "message">,
  say: Say,
): string {
  const [what = "", near = ""] = message.replace(/^error: /, "").split("\n");
  const meant = /^\(Did you mean (?:one of )?(.+)\?\)$/.exec(near)?.[1];
  const english = meant === undefined ? what.replace(/\.$/, "") : `${what}; did you mean ${meant}?`;
  const quoted = /'([^']*)'/.exec(what)?.[1] ?? "";
  const korean = KOREAN[code]?.(quoted) ?? what;
  return say(
    `${english}${meant === undefined ? "." : ""} See --help.`,
    `${korean}.${meant === undefined ? "" : ` 혹시 ${meant}인가요?`} --help를 참고하세요.`,
  );
}

import { Command, CommanderError } from "commander";
import { ConfigError } from "hantoo";
import { type SymbolValues, symbolOptions, typedSymbols } from "../setup/index.js";
import type { Shell } from "../shell/index.js";

/**
 * The answer to "which symbols?" as options of a command; codes alone become `--symbols`. It is checked now, because a
 * mistake in a crontab would show only in the evening.
 *
 * @throws ConfigError if a command would refuse it.
 */
export async function symbolWords(shell: Shell, answer: string): Promise<string> {
  const words = answer.trim().split(/\s+/);
  const typed = words[0]?.startsWith("-") === true ? words : ["--symbols", words.join("")];
  const command = new Command().exitOverride().helpOption(false).allowExcessArguments(false);
  command.configureOutput({ writeErr: () => undefined });
  symbolOptions(command, shell.say);
  try {
    command.parse(typed, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) throw unusable(answer, error);
    throw error;
  }
  const values = command.opts<SymbolValues>();
  if ((await typedSymbols(shell, values)) === undefined && values.master === undefined)
    throw unusable(answer);
  return typed.join(" ");
}

const unusable = (answer: string, cause?: CommanderError): ConfigError =>
  new ConfigError(
    "symbols",
    "codes, or options such as `--master kospi --top 50`",
    answer,
    cause === undefined ? {} : { cause },
  );

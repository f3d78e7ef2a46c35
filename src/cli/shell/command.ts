import type { Command } from "commander";
import type { Say } from "./say.js";
import type { GlobalValues, Shell } from "./shell.js";

/** Runs a command's work and keeps its exit code. */
export interface Launch {
  readonly say: Say;
  run(values: GlobalValues, work: (shell: Shell) => Promise<number>): Promise<void>;
}

/** A command, ready to be put under a program. */
export type CliCommand = (program: Command, launch: Launch) => void;

/** One command: what help says of it, its options, and what it does. */
export interface CommandSpec<Values extends object> {
  /** As it is typed. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly about: (say: Say) => string;
  /** Its options, beside the global ones. */
  readonly configure?: (command: Command, say: Say) => void;
  /** @returns the exit code. @throws what main() turns into a sentence and an exit code. */
  readonly run: (shell: Shell, values: Values & GlobalValues) => Promise<number>;
}

/** @returns the command of `spec`, for the list in `commands.ts`. */
export function defineCommand<Values extends object = object>(spec: CommandSpec<Values>): CliCommand {
  return (program, launch) => {
    const command = program.command(spec.name).description(spec.about(launch.say));
    command.allowExcessArguments(false);
    spec.configure?.(command, launch.say);
    command.action(async () => {
      const values = command.optsWithGlobals<Values & GlobalValues>();
      await launch.run(values, (shell) => spec.run(shell, values));
    });
  };
}

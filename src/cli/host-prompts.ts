// Questions on the terminal. They go to stderr, so that stdout holds the answer alone.
import {
  type CANCEL_SYMBOL,
  type CommonOptions,
  confirm,
  isCancel,
  password,
  select,
  text,
} from "@clack/prompts";
import { Interrupted, type Prompts } from "./shell/index.js";

/** @returns prompts on this terminal; `undefined` without a terminal. */
export function hostPrompts(signal: AbortSignal): Prompts | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const on: CommonOptions = { output: process.stderr, signal };
  return {
    async text(message, { initial } = {}) {
      return answered(
        await text({ ...on, message, ...(initial === undefined ? {} : { initialValue: initial }) }),
      );
    },
    async secret(message) {
      return answered(await password({ ...on, message }));
    },
    async choose(message, choices) {
      const options = choices.map(({ value, label }) => ({ value: value as string, label }));
      const value = answered(
        await select({ ...on, message: `${message} (↑/↓, Enter)`, options, showInstructions: false }),
      );
      return value as (typeof choices)[number]["value"];
    },
    async confirm(message, { yes, no }) {
      return answered(await confirm({ ...on, message, active: yes, inactive: no }));
    },
  };
}

/** Esc at a question stops the command, as Ctrl-C does. */
function answered<T>(value: T | typeof CANCEL_SYMBOL): T {
  if (isCancel(value)) throw new Interrupted("SIGINT");
  return value;
}

// What the examples share: options, errors as one sentence, and a signal for Ctrl-C.
import { isHantooError } from "hantoo";

/** Options of every example that collects, for `parseArgs`. */
export const sharedOptions = {
  out: { type: "string" },
  live: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** Runs an example: its errors become one sentence, its failure an exit code. */
export async function main(run: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    if (error === interrupted) process.exitCode = 130;
    else if (isHantooError(error)) {
      console.error(error.message);
      process.exitCode = error.code === "config" ? 2 : 1;
    } else if (
      error instanceof TypeError &&
      "code" in error &&
      String(error.code).startsWith("ERR_PARSE_ARGS")
    ) {
      console.error(`${error.message} See --help.`);
      process.exitCode = 2;
    } else throw error;
  }
}

/** The reason an example's signal carries after Ctrl-C or SIGTERM. */
export const interrupted: unique symbol = Symbol("interrupted");

/** A signal that Ctrl-C and SIGTERM abort. A second Ctrl-C ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(interrupted);
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return controller.signal;
}

import { clip } from "./errors.js";

/** A sink for log lines in pino's shape: facts first, then the sentence. `console` fits as well. */
export interface Logger {
  /** Details for developers. */
  debug(facts: object, message: string): void;
  /** What happened. */
  info(facts: object, message: string): void;
  /** Work goes on, but somebody should look. */
  warn(facts: object, message: string): void;
  /** What failed. */
  error(facts: object, message: string): void;
}

const WARNING = "HantooWarning";
const LONGEST_FACTS = 600;

const drop = (): void => undefined;

/** The default: says nothing. */
export const silentLogger: Logger = { debug: drop, info: drop, warn: drop, error: drop };

/**
 * The default logger of long runs. Warnings and errors become warnings of the process, each message once, so that a dead
 * network or a full disk is noticed. `info` and `debug` are dropped.
 */
export function createWarningLogger(): Logger {
  const told = new Set<string>();
  const tell = (facts: object, message: string): void => {
    if (told.has(message)) return;
    told.add(message);
    process.emitWarning(`${message}: ${factsText(facts)} (told once; pass \`logger\` for all)`, WARNING);
  };
  return { debug: drop, info: drop, warn: tell, error: tell };
}

/**
 * The default logger of readers, which give no report. What could not be read becomes a warning of the process, so that
 * nobody takes a part for the whole.
 */
export const warningLogger: Logger = {
  debug: drop,
  info: drop,
  warn: drop,
  error: (facts, message) => process.emitWarning(`${message}: ${factsText(facts)}`, WARNING),
};

/** Facts as one line; an error by its name and message. */
function factsText(facts: object): string {
  const text = JSON.stringify(facts, function (this: Record<string, unknown>, key, value: unknown) {
    const given = this[key];
    return given instanceof Error ? `${given.name}: ${given.message}` : value;
  });
  return clip(text, LONGEST_FACTS);
}

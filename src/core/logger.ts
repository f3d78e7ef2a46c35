import { clip } from "./errors.js";

/** A sink for log lines in pino's shape: facts first, then the sentence. `console` fits as well. */
export interface Logger {
  /** What only a developer wants. */
  debug(facts: object, message: string): void;
  /** What happened. */
  info(facts: object, message: string): void;
  /** What goes on, and somebody should look at. */
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
 * The default of what runs for hours: warnings and errors become warnings of the process, so that a dead network or a
 * full disk is seen; each kind, told by its sentence, once. What happened, and details, are not told.
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
 * The default of readers, which have no report: whoever reads must not take a part for the whole. What could not be
 * read becomes a warning of the process, which Node prints once with its reason.
 */
export const warningLogger: Logger = {
  debug: drop,
  info: drop,
  warn: drop,
  error: (facts, message) => process.emitWarning(`${message}: ${factsText(facts)}`, WARNING),
};

/** One line; an error, which JSON shows as nothing or at length, by its name and message. */
function factsText(facts: object): string {
  const text = JSON.stringify(facts, function (this: Record<string, unknown>, key, value: unknown) {
    const given = this[key];
    return given instanceof Error ? `${given.name}: ${given.message}` : value;
  });
  return clip(text, LONGEST_FACTS);
}

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

const drop = (): void => undefined;

/** The default: says nothing. */
export const silentLogger: Logger = { debug: drop, info: drop, warn: drop, error: drop };

/**
 * The default of readers, which have no report: whoever reads must not take a part for the whole. What could not be
 * read becomes a warning of the process, which Node prints once with its reason.
 */
export const warningLogger: Logger = {
  debug: drop,
  info: drop,
  warn: drop,
  error: (facts, message) => process.emitWarning(`${message}: ${JSON.stringify(facts)}`, "HantooWarning"),
};

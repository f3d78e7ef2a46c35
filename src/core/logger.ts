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

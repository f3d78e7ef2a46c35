import { fitted } from "./format.js";
import type { Output } from "./io.js";

/** One line with the current state, and notes above it. */
export interface StatusLine {
  show(text: string): void;
  /** A line that stays. */
  note(text: string): void;
  /** Removes the line. May be called again. */
  end(): void;
}

/** Where a line cannot be redrawn, one in so many is written. */
const EVERY = 30;

/** @returns a line on `output`: redrawn on a terminal; elsewhere one in thirty is written. */
export function createStatusLine(output: Output): StatusLine {
  let shown = 0;
  const clear = (): void => {
    if (output.isTTY === true) output.write("\r\u001B[2K");
  };
  return {
    show(text) {
      if (output.isTTY === true) output.write(`\r\u001B[2K${fitted(text, (output.columns ?? 80) - 1)}`);
      else if (shown++ % EVERY === 0) output.write(`${text}\n`);
    },
    note(text) {
      clear();
      output.write(`${text}\n`);
    },
    end: clear,
  };
}

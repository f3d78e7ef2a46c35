import { SingleBar } from "cli-progress";
import type { Output } from "./io.js";

/** Shows how far a long command is: a bar that is redrawn on a terminal, elsewhere a line at every tenth. */
export interface Progress {
  /** @param rest - text after the counts. */
  show(done: number, total: number, rest: string): void;
  /** Removes the bar. May be called again. */
  end(): void;
}

/** @returns a progress on `output`; one that says nothing where `quiet`. */
export function createProgress(output: Output, quiet = false): Progress {
  if (quiet) return { show: () => undefined, end: () => undefined };
  return output.isTTY === true ? bar(output) : tenths(output);
}

function bar(output: Output): Progress {
  let shown: SingleBar | undefined;
  return {
    show(done, total, rest) {
      if (shown === undefined) {
        shown = new SingleBar({
          format: "{bar} {value}/{total} {rest}",
          barsize: 24,
          barCompleteChar: "█",
          barIncompleteChar: "░",
          hideCursor: true,
          clearOnComplete: true,
          // A terminal, by `isTTY`.
          stream: output as NodeJS.WritableStream,
        });
        shown.start(total, done, { rest });
      }
      shown.setTotal(total);
      shown.update(done, { rest });
    },
    end() {
      shown?.stop();
      shown = undefined;
    },
  };
}

function tenths(output: Output): Progress {
  let tenth = -1;
  return {
    show(done, total, rest) {
      const now = total === 0 ? 10 : Math.floor((done / total) * 10);
      if (now <= tenth) return;
      tenth = now;
      output.write(`${done}/${total} ${rest}\n`);
    },
    end: () => undefined,
  };
}

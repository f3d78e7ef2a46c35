import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { createMemoryTokenStore, kstInstant, systemClock } from "hantoo";
import { type Files, type Io, hostFiles, main } from "../../src/cli/index.js";

/** Friday evening, 2026-11-20. */
export const EVENING: number = kstInstant("2026-11-20", "19:00");

/** How a run of the command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test gives in place of the host's. */
export type Given = Partial<Omit<Io, "stdout" | "stderr">> & {
  /** Sees what is written to stderr, as it is written. */
  readonly onNote?: (text: string) => void;
  /** Stands in for stdout. */
  readonly onOutput?: Io["stdout"];
};

/** Files of the host, without the charting code, which is large. */
export const plainFiles: Files = { ...hostFiles, chartCode: async () => "/* charts */" };

/** Runs `hantoo` in this process, in a folder of its own, without a key, on the evening of 2026-11-20. */
export function createCli(given: Given = {}): {
  readonly cwd: string;
  run(line: string | readonly string[], more?: Given): Promise<Ended>;
  path(name: string): string;
  remove(): void;
} {
  const cwd = mkdtempSync(join(tmpdir(), "hantoo-cli-"));
  return {
    cwd,
    path: (name) => (isAbsolute(name) ? name : join(cwd, name)),
    remove: () => rmSync(cwd, { recursive: true, force: true }),
    async run(line, more = {}) {
      const argv = typeof line === "string" ? line.split(" ").filter((word) => word !== "") : line;
      const written = { stdout: "", stderr: "" };
      const { onNote, onOutput, ...io } = { ...given, ...more };
      const code = await main(argv, {
        env: { LANG: "C" },
        cwd,
        signal: new AbortController().signal,
        clock: { ...systemClock, now: () => EVENING },
        files: plainFiles,
        tokenStore: createMemoryTokenStore(),
        ...io,
        stdout: onOutput ?? { write: (text) => void (written.stdout += text) },
        stderr: {
          write(text) {
            written.stderr += text;
            onNote?.(text);
          },
        },
      });
      return { code, ...written };
    },
  };
}

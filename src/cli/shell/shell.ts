import { isAbsolute, join } from "node:path";
import { ConfigError, type Logger, isHantooError } from "hantoo";
import type { Io } from "./io.js";
import { type Progress, createProgress } from "./progress.js";
import type { Language, Say } from "./say.js";

/** What every command takes. */
export interface GlobalValues {
  /** A folder, or `s3://bucket/prefix`; as typed. */
  readonly store?: string;
  readonly simulate: boolean;
  readonly json: boolean;
  readonly lang?: Language;
}

/** What a command works with: the host, a voice, and one way to answer. */
export class Shell {
  readonly io: Io;
  readonly say: Say;
  readonly global: GlobalValues;
  /** Whether the command has begun to write to its store: what was fetched is then kept. */
  hasStore = false;
  #answered = false;

  constructor(io: Io, say: Say, global: GlobalValues) {
    this.io = io;
    this.say = say;
    this.global = global;
  }

  /** A path as typed, from the working folder. */
  path(typed: string): string {
    return isAbsolute(typed) ? typed : join(this.io.cwd, typed);
  }

  /**
   * Writes a file that was named on the command line.
   *
   * @param option - the option that named it.
   * @throws ConfigError saying why it cannot be written.
   */
  async writeFile(option: string, typed: string, text: string): Promise<void> {
    try {
      await this.io.files.writeText(this.path(typed), text);
    } catch (error) {
      const why = (error as { code?: string }).code ?? messageOf(error);
      throw new ConfigError(option, "a file that can be written", `${typed} (${why})`, { cause: error });
    }
  }

  /** A line for people on stdout; with `--json` it is left out. */
  print(line: string): void {
    if (!this.global.json) this.io.stdout.write(`${line}\n`);
  }

  /** A line on stderr: what somebody should look at, or what goes on. */
  note(line: string): void {
    this.io.stderr.write(`${line}\n`);
  }

  /** The command's answer: with `--json` the one value on stdout, else nothing. Only the first counts. */
  answer(value: unknown): void {
    if (!this.global.json || this.#answered) return;
    this.#answered = true;
    this.io.stdout.write(`${JSON.stringify(value, plain, 2)}\n`);
  }

  /** A bar, or a line at every tenth, on stderr. */
  progress(): Progress {
    return createProgress(this.io.stderr, this.global.json && this.io.stderr.isTTY !== true);
  }

  /** What the library warns of, on stderr. */
  get logger(): Logger {
    const drop = (): void => undefined;
    const tell = (facts: object, message: string): void => {
      const { err, error = err } = facts as { readonly err?: unknown; readonly error?: unknown };
      this.note(error === undefined ? message : `${message}: ${messageOf(error)}`);
    };
    return { debug: drop, info: drop, warn: tell, error: tell };
  }
}

/** One sentence of what was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Maps, sets and errors have no form of their own in JSON. */
function plain(_: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Error && !isHantooError(value)) return { name: value.name, message: value.message };
  return value;
}

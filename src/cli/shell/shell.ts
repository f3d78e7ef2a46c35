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

/** What a command works with: the host, the language, and its output. */
export class Shell {
  readonly io: Io;
  readonly say: Say;
  readonly global: GlobalValues;
  /** Whether the store was opened for writing: what was fetched is then stored, also when the command is stopped. */
  hasStore = false;
  #answered = false;

  constructor(io: Io, say: Say, global: GlobalValues) {
    this.io = io;
    this.say = say;
    this.global = global;
  }

  /** A path as typed, made absolute from the working folder. */
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

  /** A line on stderr: a problem, or what is under way. */
  note(line: string): void {
    this.io.stderr.write(`${line}\n`);
  }

  /** The command's answer: with `--json` the one value on stdout, else nothing. Later ones are ignored. */
  answer(value: unknown): void {
    if (!this.global.json || this.#answered) return;
    this.#answered = true;
    this.io.stdout.write(`${JSON.stringify(value, plain, 2)}\n`);
  }

  /** A bar on stderr, or a line at every tenth. */
  progress(): Progress {
    return createProgress(this.io.stderr, this.global.json && this.io.stderr.isTTY !== true);
  }

  /** Writes the library's warnings to stderr. */
  get logger(): Logger {
    const drop = (): void => undefined;
    const tell = (facts: object, message: string): void => {
      const { err, error = err } = facts as { readonly err?: unknown; readonly error?: unknown };
      const what = `${message}${namedBy(facts, message)}`;
      this.note(error === undefined ? what : `${what}: ${messageOf(error)}`);
    };
    return { debug: drop, info: drop, warn: tell, error: tell };
  }
}

/** Facts that tell a person which one is meant, in this order; numbers and instants are for machines. */
const TELLING = [
  "market",
  "venue",
  "tradingDay",
  "day",
  "symbol",
  "trId",
  "path",
  "key",
  "lock",
  "code",
  "reason",
];

/** ` (2026-11-20, 005930)`; nothing where no fact says more than the message. */
function namedBy(facts: object, message: string): string {
  const told = TELLING.map((name): unknown => Reflect.get(facts, name));
  const words = told.filter((value) => typeof value === "string" && !message.includes(value));
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** JSON has no form for maps, sets and errors. */
function plain(_: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Error && !isHantooError(value)) return { name: value.name, message: value.message };
  return value;
}

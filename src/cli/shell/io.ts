import type { Clock, TokenStore } from "hantoo";

/** Where text goes: `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
  /** A terminal, on which a line can be rewritten. */
  readonly isTTY?: boolean;
  /** Width of the terminal in columns. */
  readonly columns?: number;
}

/**
 * All that the command uses of the host. Tests pass their own, so that a run needs no process, network or real time.
 */
export interface Io {
  /** Environment variables, those of `.env` among them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Absolute folder that relative paths on the command line start from. */
  readonly cwd: string;
  /** Aborted with an {@link Interrupted} on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof globalThis.fetch;
  readonly files: Files;
  /** Where KIS's token is kept. @defaultValue a file in the user's cache folder */
  readonly tokenStore?: TokenStore;
  /** Questions to the user; absent without a terminal. */
  readonly prompts?: Prompts;
}

/** Files outside the store: lists, pages, `.env`. Paths are absolute. */
export interface Files {
  /** @throws the system's error, with its `code`. */
  readText(path: string): Promise<string>;
  /**
   * Writes the whole file or nothing: a temporary file in the same folder, then a rename.
   *
   * @throws the system's error, with its `code`.
   */
  writeText(path: string, text: string, options?: { readonly private?: boolean }): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** The charting code that pages carry, for a `<script>`. */
  chartCode(): Promise<string>;
}

/** Questions to the user. Each rejects with an {@link Interrupted} when it is cancelled. */
export interface Prompts {
  text(question: string, options?: { readonly initial?: string }): Promise<string>;
  /** What is typed is not shown. */
  secret(question: string): Promise<string>;
  choose<T extends string>(question: string, choices: readonly { value: T; label: string }[]): Promise<T>;
  confirm(question: string, words: { readonly yes: string; readonly no: string }): Promise<boolean>;
}

/** The reason of {@link Io.signal}: which signal stopped the command. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly signal: "SIGINT" | "SIGTERM";

  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

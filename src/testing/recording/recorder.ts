import { mkdir, rename, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Logger,
  StorageError,
  checkIterable,
  checkOptions,
  createWarningLogger,
  makeFolders,
} from "../../core/index.js";
import { exchangeName, requestHash, requestPart, responsePart } from "./recording.js";

/** Options of {@link createRecorder}. */
export interface RecorderOptions {
  /** Folder of the recording; made if it is not there. @defaultValue "kis-recording" */
  readonly dir?: string;
  /** Makes the requests. @defaultValue the global `fetch` */
  readonly fetch?: typeof globalThis.fetch;
  /** Further texts to remove wherever they occur, such as an account number or an HTS id. @defaultValue none */
  readonly secrets?: readonly string[];
  /** Told once, of the first answer that could not be written down. @defaultValue a warning of the process */
  readonly logger?: Logger;
}

/** A `fetch` that writes down what goes through it. */
export interface Recorder {
  /** Give it to a client in place of `fetch`. */
  readonly fetch: typeof globalThis.fetch;
  /** Names of the files written so far, in the order of the answers. */
  readonly files: readonly string[];
  /**
   * Resolves when all that was answered is written.
   *
   * @throws `StorageError` if some of it could not be.
   */
  close(): Promise<void>;
}

/**
 * Records real answers for {@link replay}: one JSON file for each request and its answer. Keys, secrets, tokens and
 * account numbers are removed from both; of the headers only those that matter are kept.
 *
 * Files and folders get the modes that the umask allows: there is no secret in them.
 *
 * The same requests in the same order give the same file names. A failed `fetch` is passed on and not recorded. An answer
 * that cannot be written down still reaches whoever asked; the logger is told, and `close` fails.
 *
 * @example
 * ```ts
 * const recorder = createRecorder({ dir: "recording" });
 * const client = KisClient.fromEnv(process.env, { fetch: recorder.fetch });
 * await client.quote("005930");
 * await recorder.close(); // every file is written
 * ```
 */
export function createRecorder(options: RecorderOptions = {}): Recorder {
  const {
    dir = "kis-recording",
    fetch: ask = globalThis.fetch,
    secrets = [],
    logger = createWarningLogger(),
  } = checkOptions(options, "an object such as { dir }");
  const named = checkIterable(secrets, "secrets", "an array of texts");
  const known = new Set([...named].filter((secret) => secret.length > 0));
  const turns = new Map<string, number>();
  const files: string[] = [];
  const writes: Promise<void>[] = [];
  const missing: unknown[] = [];

  const write = async (sent: Request, response: Response): Promise<void> => {
    const bytes = new Uint8Array(await response.arrayBuffer());
    const request = requestPart(sent.method, sent.url, new Map(sent.headers), await sent.text(), known);
    const answer = responsePart(response.status, new Map(response.headers), bytes, known);
    const turn = (turns.get(requestHash(request)) ?? 0) + 1;
    turns.set(requestHash(request), turn);
    const name = exchangeName(request, turn);
    files.push(name);
    try {
      await writeWhole(dir, name, `${JSON.stringify({ request, response: answer }, null, 1)}\n`);
    } catch (error) {
      files.splice(files.indexOf(name), 1);
      throw error;
    }
  };
  // The answer is the caller's, whatever becomes of the recording.
  const record = async (sent: Request, response: Response): Promise<void> => {
    try {
      await write(sent, response);
    } catch (error) {
      if (missing.length === 0)
        logger.warn({ dir, err: error }, "an answer could not be recorded; the recording is not whole");
      missing.push(error);
    }
  };

  return {
    files,
    async fetch(input, init) {
      const sent = new Request(input, init);
      const copy = sent.clone();
      const response = await ask(sent);
      const written = record(copy, response.clone());
      writes.push(written);
      await written;
      return response;
    },
    async close() {
      await Promise.all(writes);
      if (missing.length === 0) return;
      const what = `${missing.length} of ${writes.length} answers could not be recorded in ${dir}`;
      const why = missing[0] instanceof Error ? missing[0].message : String(missing[0]);
      throw new StorageError(
        `${what}: ${why}; choose a folder that can be written, or free some space, and record again`,
        { operation: "put", key: dir },
        { cause: missing[0] },
      );
    },
  };
}

/** A file that is half written would keep `replay` from serving the others. */
async function writeWhole(dir: string, name: string, text: string): Promise<void> {
  await makeFolders({ mkdir, dirname }, dir, 0o777);
  const draft = join(dir, `${name}.part`);
  try {
    await writeFile(draft, text);
    await rename(draft, join(dir, name));
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
}

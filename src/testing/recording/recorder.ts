import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exchangeName, requestHash, requestPart, responsePart } from "./recording.js";

/** Options of {@link createRecorder}. */
export interface RecorderOptions {
  /** Folder of the recording; made if it is not there. @defaultValue "kis-recording" */
  readonly dir?: string;
  /** Makes the requests. @defaultValue the global `fetch` */
  readonly fetch?: typeof globalThis.fetch;
  /** Further texts to remove wherever they occur, such as an account number or an HTS id. @defaultValue none */
  readonly secrets?: readonly string[];
}

/** A `fetch` that writes down what goes through it. */
export interface Recorder {
  /** Give it to a client in place of `fetch`. */
  readonly fetch: typeof globalThis.fetch;
  /** Names of the files written so far, in the order of the requests. */
  readonly files: readonly string[];
  /** Resolves when all that was answered is written. */
  close(): Promise<void>;
}

/**
 * Records real answers for {@link replay}: one JSON file for each request and its answer. Keys, secrets, tokens and
 * account numbers are removed from both; of the headers only those that matter are kept.
 *
 * Files and folders get the modes that the umask allows: there is no secret in them.
 *
 * The same requests in the same order give the same file names. A failed `fetch` is passed on and not recorded.
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
  const { dir = "kis-recording", fetch: ask = globalThis.fetch } = options;
  const known = new Set((options.secrets ?? []).filter((secret) => secret.length > 0));
  const turns = new Map<string, number>();
  const files: string[] = [];
  const writes: Promise<void>[] = [];

  const write = async (name: string, exchange: object): Promise<void> => {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, name), `${JSON.stringify(exchange, null, 1)}\n`);
  };

  return {
    files,
    async fetch(input, init) {
      const sent = new Request(input, init);
      const copy = sent.clone();
      const response = await ask(sent);
      const bytes = new Uint8Array(await response.clone().arrayBuffer());
      const request = requestPart(copy.method, copy.url, new Map(copy.headers), await copy.text(), known);
      const answer = responsePart(response.status, new Map(response.headers), bytes, known);
      const turn = (turns.get(requestHash(request)) ?? 0) + 1;
      turns.set(requestHash(request), turn);
      const name = exchangeName(request, turn);
      files.push(name);
      const written = write(name, { request, response: answer });
      writes.push(written);
      await written;
      return response;
    },
    async close() {
      await Promise.all(writes);
    },
  };
}

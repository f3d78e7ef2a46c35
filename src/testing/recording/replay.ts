import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../core/index.js";
import { type Exchange, parseExchange, requestHash, requestPart, responseBody } from "./recording.js";

/** A `fetch` that answers from a recording, without a network. */
export interface Replay {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Names of the files that have not been served yet: a test can expect none. */
  pending(): Promise<string[]>;
}

/**
 * Serves what `createRecorder` wrote: give it to a client in place of `fetch`. A request that was recorded several
 * times is answered in that order, then with the last answer again.
 *
 * @example
 * ```ts
 * const fetch = replay("recording");
 * const tokenStore = createMemoryTokenStore();
 * const client = new KisClient({ appKey: "test", appSecret: "test", fetch, tokenStore });
 * const { price } = await client.quote("005930"); // as it was when it was recorded
 * const left = await fetch.pending(); // files that were not asked for yet
 * ```
 * @param dir - the folder of the recording, read at the first request.
 * @returns a `fetch` that rejects with {@link ConfigError} if the folder holds no recording or a damaged file, and
 * for a request that is not in it, naming the nearest that is.
 */
export function replay(dir: string): Replay {
  const turns = new Map<string, number>();
  const known = new Set<string>();
  let loading: Promise<Recording> | undefined;
  const load = (): Promise<Recording> => (loading ??= readRecording(dir));

  const serve = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const sent = new Request(input, init);
    sent.signal.throwIfAborted();
    const answers = await load();
    const request = requestPart(sent.method, sent.url, new Map(sent.headers), await sent.text(), known);
    const hash = requestHash(request);
    const recorded = answers.get(hash);
    const turn = turns.get(hash) ?? 0;
    const found = recorded?.[Math.min(turn, recorded.length - 1)];
    if (found === undefined) {
      throw new ConfigError("fetch", `given a recorded request (${nearest(request, answers)})`, request);
    }
    turns.set(hash, turn + 1);
    const { status, headers, body } = found.exchange.response;
    return new Response(BODILESS.has(status) ? null : responseBody(body), { status, headers });
  };
  const pending = async (): Promise<string[]> =>
    [...(await load())].flatMap(([hash, recorded]) =>
      recorded.slice(turns.get(hash) ?? 0).map(({ name }) => name),
    );
  return Object.assign(serve, { pending });
}

/** Statuses for which `Response` takes no body, not even an empty one. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** Exchanges by the hash of their request, in the order they were made. */
type Recording = ReadonlyMap<string, readonly { readonly name: string; readonly exchange: Exchange }[]>;

async function readRecording(dir: string): Promise<Recording> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith(".json"));
  if (names.length === 0) throw new ConfigError("dir", "a folder with recorded exchanges", dir);
  const turn = (name: string): number => Number(/-(\d+)\.json$/.exec(name)?.[1] ?? 0);
  const answers = new Map<string, { readonly name: string; readonly exchange: Exchange }[]>();
  for (const name of names.sort((a, b) => turn(a) - turn(b))) {
    const exchange = parseExchange(await readFile(join(dir, name), "utf8"));
    if (exchange === undefined) {
      throw new ConfigError("dir", "a folder with whole recordings only", join(dir, name));
    }
    const hash = requestHash(exchange.request);
    answers.set(hash, [...(answers.get(hash) ?? []), { name, exchange }]);
  }
  return answers;
}

/** What of the same endpoint was recorded, to see what differs. */
function nearest(request: Exchange["request"], answers: Recording): string {
  const same = [...answers.values()]
    .map(([first]) => first?.exchange)
    .find((first) => first?.request.path === request.path);
  return same === undefined ? `none of ${request.path}` : `such as ${JSON.stringify(same.request.query)}`;
}

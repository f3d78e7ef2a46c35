// Raw frames of a stream, kept on disk as they came and played back through the same code.
import { mkdirSync } from "node:fs";
import { appendFile, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { compress, decompress } from "@mongodb-js/zstd";
import { type SocketEvents, type StreamConnector, formatKstStamp, openWebSocket } from "hantoo";
import type { ManualClock } from "hantoo/testing";

/** A kill costs no more than so much. */
const MOST_MS = 60_000;
const MOST_LINES = 20_000;

/** One frame, as the text of its bytes in latin1; when it came, by the host's clock and by one that never jumps. */
interface Recorded {
  readonly wall: number;
  readonly mono: number;
  readonly frame: string;
}

interface RecorderOptions {
  /** Where frames come from. */
  readonly connect?: StreamConnector;
  readonly now?: () => number;
  readonly monotonic?: () => number;
  /** Hears of a file that cannot be written; the stream goes on. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Keeps each frame of data, in a file an hour and process (KST): parts of zstd behind one another, a JSON line a frame.
 * Answers to registrations hold keys, and are never kept; nor is anything that is sent.
 */
export function recordFrames(
  folder: string,
  options: RecorderOptions = {},
): { readonly connect: StreamConnector; close(): Promise<void> } {
  const { connect = openWebSocket, now = Date.now, monotonic = () => performance.now() } = options;
  const { onError = () => undefined } = options;
  mkdirSync(folder, { recursive: true });
  let hour = "";
  let lines: string[] = [];
  let since = 0;
  let writing = Promise.resolve();
  const flush = (): void => {
    if (lines.length === 0) return;
    const [file, text] = [join(folder, `${hour}-${process.pid}.jsonl.zst`), `${lines.join("\n")}\n`];
    lines = [];
    writing = writing
      .then(async () => appendFile(file, await compress(Buffer.from(text), 10)))
      .catch(onError);
  };
  const keep = (data: Uint8Array): void => {
    const frame = Buffer.from(data).toString("latin1");
    if (!frame.startsWith("0|")) return;
    const [wall, mono] = [now(), monotonic()];
    const name = formatKstStamp(wall).slice(0, 10);
    if (name !== hour || lines.length >= MOST_LINES || mono - since >= MOST_MS) {
      flush();
      [hour, since] = [name, mono];
    }
    lines.push(JSON.stringify({ wall, mono, frame } satisfies Recorded));
  };
  return {
    connect: (url, events) =>
      connect(url, {
        open: () => events.open(),
        close: (code) => events.close(code),
        message(data) {
          keep(data);
          events.message(data);
        },
      }),
    async close() {
      flush();
      await writing;
    },
  };
}

/** All frames of a folder in the order in which they came. */
export async function readFrames(folder: string): Promise<Recorded[]> {
  const files: Recorded[][] = [];
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".jsonl.zst")) continue;
    const text = (await decompress(await readFile(join(folder, name)))).toString("utf8");
    files.push(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Recorded),
    );
  }
  return files.sort(([a], [b]) => (a?.wall ?? 0) - (b?.wall ?? 0)).flat();
}

/** A client calls a line dead that says nothing for two minutes; a recording holds none of KIS's pings. */
const PING_MS = 60_000;

/**
 * Plays frames, once, to whoever connected last, from when `total` keys are registered, each at its own time by the
 * clock. Then it waits a little, and is done.
 */
export function playFrames(
  frames: readonly Recorded[],
  total: number,
  clock: ManualClock,
  done: () => void,
): StreamConnector {
  let newest: SocketEvents | undefined;
  let isPlaying = false;
  const say = (text: string): void => newest?.message(Buffer.from(text, "latin1"));
  const wait = async (ms: number): Promise<void> => {
    let left = ms;
    for (; left > PING_MS; left -= PING_MS) {
      await clock.advance(PING_MS);
      say('{"header":{"tr_id":"PINGPONG"}}');
    }
    if (left > 0) await clock.advance(left);
  };
  const play = async (): Promise<void> => {
    let before: Recorded | undefined;
    for (const one of frames) {
      const byMono = one.mono - (before?.mono ?? one.mono);
      // Another process counts anew.
      await wait(byMono >= 0 ? byMono : one.wall - (before?.wall ?? one.wall));
      say(one.frame);
      before = one;
    }
    await wait(2000);
    done();
  };
  return (_, events) => {
    newest = events;
    let registered = 0;
    setImmediate(() => events.open());
    return {
      send(text) {
        const { header, body } = JSON.parse(text) as {
          header: { tr_type?: string };
          body?: { input: { tr_id: string; tr_key: string } };
        };
        if (header.tr_type !== "1" || body === undefined) return;
        const { tr_id, tr_key } = body.input;
        setImmediate(() => {
          const answer = { header: { tr_id, tr_key }, body: { rt_cd: "0", msg_cd: "OPSP0000" } };
          events.message(Buffer.from(JSON.stringify(answer)));
          if (++registered < total || isPlaying) return;
          isPlaying = true;
          void play();
        });
      },
      close: () => setImmediate(() => events.close(1000)),
      terminate: () => events.close(1006),
    };
  };
}

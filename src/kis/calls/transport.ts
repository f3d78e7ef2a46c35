import ky from "ky";
import { type Clock, TimeoutError, TransportError } from "../../core/index.js";
import { type Redact, plainCause, redactAlso } from "./redact.js";

/** One HTTP request, ready to send. Header names are lower case. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What no error may show of it, besides the keys: its token, account numbers. */
  readonly secrets?: readonly string[];
}

/** One HTTP answer, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface TransportOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** From the first byte sent to the last byte of the body. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly redact: Redact;
}

/** Sends one request, once. */
export type Transport = (request: HttpRequest, signal?: AbortSignal) => Promise<HttpAnswer>;

async function readText(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw new TransportError(`the answer is larger than ${maxBytes} bytes`, { retryable: false });
    }
    chunks.push(value);
  }
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}

/**
 * @returns a function that resolves to any HTTP answer, whatever its status, with its body read whole.
 *
 * It never retries: each attempt must pass the limiter. Its timeout covers the body, which ky's does not.
 */
export function createTransport(options: TransportOptions): Transport {
  const { fetch, clock, timeoutMs, maxBytes, redact } = options;

  return async (request, signal) => {
    signal?.throwIfAborted();
    const stop = new AbortController();
    const timer = new AbortController();
    const onAbort = (): void => stop.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    let late = false;
    const expired = clock.sleep(timeoutMs, timer.signal).then(
      () => {
        late = true;
        stop.abort();
      },
      () => undefined,
    );
    const stopped = new Promise<never>((_, reject) => {
      stop.signal.addEventListener("abort", () => reject(stop.signal.reason), { once: true });
    });
    const exchange = async (): Promise<HttpAnswer> => {
      const { url, ...sent } = request;
      // KIS never redirects; a secret must not follow one to another host.
      const init = { ...sent, redirect: "error", signal: stop.signal } as const;
      const response = await ky(url, {
        ...init,
        retry: 0,
        timeout: false,
        throwHttpErrors: false,
        fetch: () => fetch(url, init),
      });
      return { status: response.status, headers: response.headers, text: await readText(response, maxBytes) };
    };
    try {
      const answer = exchange();
      answer.catch(() => undefined);
      return await Promise.race([answer, stopped]);
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (late) throw new TimeoutError(`KIS gave no complete answer within ${timeoutMs} ms`, timeoutMs);
      if (error instanceof TransportError) throw error;
      const cause = plainCause(error, redactAlso(redact, request.secrets));
      throw new TransportError(`the request failed: ${cause.message}`, { cause });
    } finally {
      signal?.removeEventListener("abort", onAbort);
      timer.abort();
      await expired;
    }
  };
}

import ky from "ky";
import { type Clock, TimeoutError, TransportError, attemptWithin, isHantooError } from "../../core/index.js";
import { type Redact, plainCause, redactAlso } from "./redact.js";

/** One HTTP request, ready to send. Header names are lower case. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Secrets of this request besides the keys, such as token and account numbers: no error may show them. */
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
  /** From sending to the last byte of the body, unless the request has its own limit. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly redact: Redact;
}

/** Sends one request, once. */
export type Transport = (
  request: HttpRequest,
  how?: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined },
) => Promise<HttpAnswer>;

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
  const { fetch, clock, maxBytes, redact } = options;

  return async (request, { signal, timeoutMs = options.timeoutMs } = {}) => {
    const send = async (attempt: AbortSignal): Promise<HttpAnswer> => {
      const { url, ...sent } = request;
      // KIS never redirects; a secret must not follow one to another host.
      const init = { ...sent, redirect: "error", signal: attempt } as const;
      const response = await ky(url, {
        ...init,
        retry: 0,
        timeout: false,
        throwHttpErrors: false,
        fetch: () => fetch(url, init),
      });
      return { status: response.status, headers: response.headers, text: await readText(response, maxBytes) };
    };
    const timeoutError = (): TimeoutError =>
      new TimeoutError(`KIS gave no complete answer within ${timeoutMs} ms`, timeoutMs);
    try {
      return await attemptWithin({ clock, timeoutMs, signal, timeoutError }, send);
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (isHantooError(error)) throw error;
      const cause = plainCause(error, redactAlso(redact, request.secrets));
      // `fetch failed` alone says too little. Its cause says whether the name is unknown or the port is closed.
      const why = cause.cause instanceof Error ? ` (${cause.cause.message})` : "";
      throw new TransportError(`the request failed: ${cause.message}${why}`, { cause });
    }
  };
}

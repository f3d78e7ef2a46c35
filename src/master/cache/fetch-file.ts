import {
  type Clock,
  HantooError,
  type Logger,
  TimeoutError,
  TransportError,
  isHantooError,
  show,
} from "../../core/index.js";

/** How a file is fetched; every field is decided by `downloadMaster`. */
export interface FetchFileOptions {
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** For one attempt, from the request to the last byte of the body. */
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly maxDownloadBytes: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Carries `Retry-After` from an answer to the pause before the next attempt. */
class BusyError extends TransportError {
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs: number | undefined) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Fetches `url` and reads it with `accept`; both again after a pause, up to `maxAttempts` times, where the failure
 * may pass: a broken or slow connection, 408, 429, 5xx, a damaged zip or a page in its place.
 *
 * @throws {@link TransportError} or {@link TimeoutError} of the last attempt, or what `accept` threw.
 */
export async function fetchFile<T>(
  url: string,
  options: FetchFileOptions,
  accept: (bytes: Uint8Array) => T | Promise<T>,
): Promise<T> {
  const { clock, random, logger, signal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await accept(await fetchOnce(url, options));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HantooError) || attempt >= options.maxAttempts || !mayPass(error)) throw error;
      const grown = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      const asked = error instanceof BusyError ? (error.retryAfterMs ?? 0) : 0;
      // Half fixed, half random: pods that failed together do not come back together.
      const pauseMs = Math.max(Math.round(grown * (0.5 + random() / 2)), Math.min(asked, LONGEST_PAUSE_MS));
      logger.warn({ url, attempt, pauseMs, error: error.toJSON() }, "master download failed, trying again");
      await clock.sleep(pauseMs, signal);
    }
  }
}

const mayPass = (error: HantooError): boolean => error.retryable || error.code === "master_format";

async function fetchOnce(url: string, options: FetchFileOptions): Promise<Uint8Array> {
  const { clock, signal, timeoutMs } = options;
  signal.throwIfAborted();
  const request = new AbortController();
  const timer = new AbortController();
  const onAbort = (): void => request.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  clock.sleep(timeoutMs, timer.signal).then(
    () =>
      request.abort(
        new TimeoutError(`no complete answer from ${url} within ${timeoutMs} ms; try again later`, timeoutMs),
      ),
    () => undefined,
  );
  try {
    const aborted = new Promise<never>((_, reject) => {
      request.signal.addEventListener("abort", () => reject(request.signal.reason), { once: true });
    });
    // Raced, so that a fetch that does not heed its signal cannot hold us.
    return await Promise.race([load(url, options, request.signal), aborted]);
  } catch (error) {
    request.signal.throwIfAborted();
    if (isHantooError(error)) throw error;
    throw new TransportError(`cannot download ${url}: ${reasonOf(error)}; check the network and try again`, {
      cause: error,
    });
  } finally {
    signal.removeEventListener("abort", onAbort);
    timer.abort();
    // Ends a body that nobody reads any more.
    request.abort();
  }
}

async function load(url: string, options: FetchFileOptions, signal: AbortSignal): Promise<Uint8Array> {
  const { default: ky } = await import("ky");
  const response = await ky.get(url, {
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    // Attempts and time limits are ours: ky's timeout ends with the headers.
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    signal,
  });
  if (!response.ok) {
    const { status } = response;
    const message = `${url} answered with status ${status}`;
    if (status === 408 || status === 429 || status >= 500) {
      throw new BusyError(`${message}; try again later`, retryAfterMs(response.headers.get("retry-after")));
    }
    const advice =
      status === 404 ? "the host does not have this file (now); check market and baseUrl" : "check baseUrl";
    throw new TransportError(`${message}; ${advice}`, { retryable: false });
  }
  if (url.startsWith("https:") && response.url.startsWith("http:")) {
    throw new TransportError(`${url} was redirected to a connection without TLS; check baseUrl`, {
      retryable: false,
    });
  }
  return readBody(url, response, options.maxDownloadBytes);
}

async function readBody(url: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) {
      throw new TransportError(`${url} sends more than ${maxBytes} bytes; this is no master file`, {
        retryable: false,
      });
    }
  }
  const announced = response.headers.get("content-length");
  if (announced !== null && response.headers.get("content-encoding") === null && Number(announced) !== size) {
    throw new TransportError(`${url} sent ${size} bytes of ${show(announced)}; try again`);
  }
  return Buffer.concat(chunks, size);
}

const retryAfterMs = (header: string | null): number | undefined =>
  header !== null && /^\d+$/.test(header) ? Number(header) * 1000 : undefined;

/** undici says `fetch failed` and keeps the reason one level down. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

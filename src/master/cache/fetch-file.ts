import {
  type Clock,
  type Logger,
  type RetrySettings,
  SIMULATOR_HEADER,
  TimeoutError,
  TransportError,
  attemptWithin,
  isHantooError,
  show,
  withRetries,
} from "../../core/index.js";

/** How a file is fetched. `downloadMaster` sets every field. */
export interface FetchFileOptions {
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Limit of one attempt, from the request to the last byte of the body. */
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly maxDownloadBytes: number;
}

/** A file, and what the answer's headers say of it. */
export interface FetchedFile {
  readonly bytes: Uint8Array;
  /** The answer says that the simulator gave it. */
  readonly isSimulated: boolean;
}

const BACK_OFF = { baseDelayMs: 500, maxDelayMs: 30_000 };

/** Carries `Retry-After` of an answer to the pause before the next attempt. */
class BusyError extends TransportError {
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs: number | undefined) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Fetches `url` and reads it with `accept`. Repeats both after a pause, up to `maxAttempts` times, after a failure that
 * may pass: a broken or slow connection, 408, 429, 5xx, a damaged zip, or a page in its place.
 *
 * @throws {@link TransportError} or {@link TimeoutError} of the last attempt, or what `accept` threw.
 */
export async function fetchFile<T>(
  url: string,
  options: FetchFileOptions,
  accept: (file: FetchedFile) => T | Promise<T>,
): Promise<T> {
  const { clock, random, logger, signal, maxAttempts } = options;
  const retrySettings: RetrySettings = {
    clock,
    random,
    signal,
    maxAttempts,
    backOff: BACK_OFF,
    shouldRetry: (error) => isHantooError(error) && (error.retryable || error.code === "master_format"),
    pauseMs: (error, drawnMs) =>
      error instanceof BusyError
        ? Math.max(drawnMs, Math.min(error.retryAfterMs ?? 0, BACK_OFF.maxDelayMs))
        : drawnMs,
    onRetry: (error, attempt, delayMs) => {
      logger.warn({ url, attempt, pauseMs: delayMs, err: error }, "master download failed, trying again");
    },
  };
  return withRetries(retrySettings, async () => accept(await fetchOnce(url, options)));
}

async function fetchOnce(url: string, options: FetchFileOptions): Promise<FetchedFile> {
  const { clock, signal, timeoutMs } = options;
  const timeoutError = (): TimeoutError =>
    new TimeoutError(`no complete answer from ${url} within ${timeoutMs} ms; try again later`, timeoutMs);
  try {
    return await attemptWithin({ clock, signal, timeoutMs, timeoutError }, (attempt) =>
      load(url, options, attempt),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (isHantooError(error)) throw error;
    throw new TransportError(`cannot download ${url}: ${reasonOf(error)}; check the network and try again`, {
      cause: error,
    });
  }
}

async function load(url: string, options: FetchFileOptions, signal: AbortSignal): Promise<FetchedFile> {
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
  const bytes = await readBody(url, response, options.maxDownloadBytes);
  return { bytes, isSimulated: response.headers.has(SIMULATOR_HEADER) };
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

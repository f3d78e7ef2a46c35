import type { Clock } from "hantoo";

/** Thrown when all calls that `--max-calls` allows have been sent. */
export class CallsSpent extends Error {
  override readonly name = "CallsSpent";

  constructor(most: number) {
    super(`the ${most} calls of --max-calls are spent`);
  }
}

/** The difference between KIS's clock and this host's. */
export interface ClockReading {
  /** KIS's clock minus ours in milliseconds, as exact as a header of whole seconds can be. */
  readonly offsetMs: number;
  /** Largest error of it: half a second of the header and half of the round trip. */
  readonly withinMs: number;
}

/** A `fetch` that counts calls, reads clock and tokens from the answers, and stops after a number of calls. */
export interface CountedFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Aborted with {@link CallsSpent} at the first call above the limit, or with the reason of the caller's signal. */
  readonly signal: AbortSignal;
  /** Requests sent. */
  readonly calls: number;
  /** Requests that may still be sent. */
  readonly left: number;
  /** Sets the clock to compare with KIS's. */
  setClock(clock: Pick<Clock, "now">): void;
  /** The most exact reading so far; `undefined` before an answer with a `Date`, or before a clock is set. */
  readonly clock: ClockReading | undefined;
  /** How many tokens were asked for, and how many seconds the last one had left. */
  readonly tokens: { readonly asked: number; readonly expiresIn: number | undefined };
  /**
   * Sends the client's last quotation again with changes: what the client itself would not send, such as a wrong token or
   * a call that paper does not have.
   *
   * @returns the head of the answer; `undefined` before the client has sent a quotation.
   */
  resend(change: ResendOptions): Promise<AnswerHead | undefined>;
}

/** What to change in the client's quotation. */
export interface ResendOptions {
  /** @defaultValue the quotation's */
  readonly call?: {
    readonly path: string;
    readonly trId: string;
    readonly params: Readonly<Record<string, string>>;
  };
  /** @defaultValue the client's token */
  readonly authorization?: string;
}

/** Status and result codes of an answer. */
export interface AnswerHead {
  /** HTTP status. */
  readonly status: number;
  readonly rtCd: string;
  readonly msgCd: string;
}

/** @param options - `ask`: the `fetch` that sends. */
export function createCountedFetch(options: {
  readonly ask: typeof globalThis.fetch;
  readonly maxCalls: number;
  readonly signal?: AbortSignal | undefined;
}): CountedFetch {
  const { ask, maxCalls } = options;
  const spent = new AbortController();
  const signal =
    options.signal === undefined ? spent.signal : AbortSignal.any([options.signal, spent.signal]);
  const tokens = { asked: 0, expiresIn: undefined as number | undefined };
  let calls = 0;
  let ours: Pick<Clock, "now"> | undefined;
  let clock: ClockReading | undefined;
  let lastQuotation: { readonly url: string; readonly headers: Headers } | undefined;

  const send: typeof globalThis.fetch = async (input, init) => {
    if (calls >= maxCalls) {
      const reason = new CallsSpent(maxCalls);
      spent.abort(reason);
      throw reason;
    }
    calls++;
    const sentAt = ours?.now();
    const response = await ask(input, init);
    const nearest = sentAt === undefined ? undefined : readClock(response, sentAt, ours?.now() ?? sentAt);
    if (nearest !== undefined && nearest.withinMs <= (clock?.withinMs ?? Number.POSITIVE_INFINITY))
      clock = nearest;
    return response;
  };

  return {
    signal,
    tokens,
    setClock(clock) {
      ours = clock;
    },
    get calls() {
      return calls;
    },
    get left() {
      return Math.max(0, maxCalls - calls);
    },
    get clock() {
      return clock;
    },
    async fetch(input, init) {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      // Kept in memory for resend(), never written.
      if (pathname.endsWith("/inquire-price"))
        lastQuotation = { url: request.url, headers: new Headers(request.headers) };
      const response = await send(request);
      if (pathname.endsWith("/oauth2/tokenP")) {
        tokens.asked++;
        tokens.expiresIn = await secondsLeft(response);
      }
      return response;
    },
    async resend({ call, authorization }) {
      if (lastQuotation === undefined) return undefined;
      const headers = new Headers(lastQuotation.headers);
      const url = new URL(lastQuotation.url);
      if (authorization !== undefined) headers.set("authorization", authorization);
      if (call !== undefined) {
        url.pathname = call.path;
        url.search = new URLSearchParams(call.params).toString();
        headers.set("tr_id", call.trId);
      }
      const response = await send(url, { headers, signal });
      const body: unknown = await response.json().catch(() => undefined);
      const { msg_cd: msgCd, rt_cd: rtCd } = (body ?? {}) as Readonly<Record<string, unknown>>;
      return { status: response.status, rtCd: textIn(rtCd), msgCd: textIn(msgCd) };
    },
  };
}

const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

/** KIS wrote the header at some moment of its second, between the request and the answer. */
function readClock(response: Response, sentAt: number, heardAt: number): ClockReading | undefined {
  const at = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(at)) return undefined;
  const [middle, half] = [(sentAt + heardAt) / 2, (heardAt - sentAt) / 2];
  return { offsetMs: Math.round(at + 500 - middle), withinMs: Math.ceil(500 + Math.abs(half)) };
}

async function secondsLeft(response: Response): Promise<number | undefined> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  const { expires_in: seconds } = (body ?? {}) as { readonly expires_in?: unknown };
  return typeof seconds === "number" ? seconds : undefined;
}

import type { Clock } from "hantoo";

/** Ends the run's calls: as many as were allowed have been sent. */
export class CallsSpent extends Error {
  override readonly name = "CallsSpent";

  constructor(most: number) {
    super(`the ${most} calls of --max-calls are spent`);
  }
}

/** How far this host's clock is from KIS's. */
export interface ClockReading {
  /** KIS's minus ours, in ms, as near as a header of whole seconds tells. */
  readonly offsetMs: number;
  /** How far off that may be: half a second of the header, half the way there and back. */
  readonly withinMs: number;
}

/** A `fetch` that counts, keeps what the headers say, and stops at a number of calls. */
export interface CountedLine {
  readonly fetch: typeof globalThis.fetch;
  /** Aborted with {@link CallsSpent} at the first call too many, or with the reason of the caller's own signal. */
  readonly signal: AbortSignal;
  /** Requests sent. */
  readonly calls: number;
  readonly left: number;
  /** The clock to compare KIS's with; before it is set none is read. */
  setClock(clock: Pick<Clock, "now">): void;
  /** From the answer that was nearest; `undefined` before one with a `Date`. */
  readonly clock: ClockReading | undefined;
  /** Tokens asked for, and how many seconds the last had left. */
  readonly tokens: { readonly asked: number; readonly expiresIn: number | undefined };
  /**
   * Sends a quotation with the headers the client last sent one with, changed: for what the client itself would not
   * send, an ended token or what paper lacks.
   *
   * @returns what the answer says of itself; `undefined` before the client has sent a quotation.
   */
  resend(change: Resent): Promise<Said | undefined>;
}

/** What is other than the client's quotation. */
export interface Resent {
  /** @defaultValue the quotation's */
  readonly call?: {
    readonly path: string;
    readonly trId: string;
    readonly params: Readonly<Record<string, string>>;
  };
  /** @defaultValue the client's token */
  readonly authorization?: string;
}

/** The envelope of an answer. */
export interface Said {
  /** HTTP status. */
  readonly status: number;
  readonly rtCd: string;
  readonly msgCd: string;
}

/** @param options - `ask` is what really asks. */
export function createCountedLine(options: {
  readonly ask: typeof globalThis.fetch;
  readonly maxCalls: number;
  readonly signal?: AbortSignal | undefined;
}): CountedLine {
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
      // Kept in memory for one repetition without its token; never written.
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

/** A header of whole seconds was true somewhere in its second, and somewhere between asking and hearing. */
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

import { type Clock, KisApiError, TimeoutError, isHantooError, withRetries } from "../../core/index.js";
import { type Body, readEnvelope } from "./envelope.js";
import { kindOf, mayRepeat, refusalError } from "../wire/index.js";
import type { KisEvents } from "./events.js";
import type { Limiter } from "../pace/index.js";
import { type Redact, redactAlso } from "./redact.js";
import type { RetryPolicy } from "./retry-policy.js";
import type { TokenSource } from "../token/index.js";
import type { HttpRequest, Transport } from "./transport.js";

/** One call, before it has a token. */
interface Outgoing {
  readonly trId: string;
  readonly path: string;
  /** @param accessToken - of this attempt; a replay may have another. */
  readonly request: (accessToken: string) => HttpRequest;
  /** Whether sending it twice does no harm. Only such a call is tried again after an unclear end. */
  readonly idempotent: boolean;
}

/** An answer KIS gave with success. */
interface Incoming {
  readonly body: Body;
  readonly headers: Headers;
}

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  readonly priority?: "high" | "normal";
  /** Called for every request that leaves. */
  readonly onSend?: () => void;
}

interface ExchangeOptions {
  readonly transport: Transport;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly redact: Redact;
  readonly events: KisEvents;
}

/** Sends one request through the limiter, once, and reads KIS's yes or no. Token calls use it as it is. */
export type Attempt = (
  outgoing: Pick<Outgoing, "trId" | "path">,
  request: () => HttpRequest,
  attempt: number,
  options: SendOptions,
) => Promise<Incoming>;

/** @returns a function that throws the error of KIS's refusal, a transport error, or the signal's reason. */
export function createAttempt(options: Omit<ExchangeOptions, "retry" | "random">): Attempt {
  const { transport, limiter, clock, redact, events } = options;
  return async ({ trId, path }, request, attempt, { signal, priority, onSend }) => {
    const joined = clock.monotonic();
    let sent = joined;
    let secrets: readonly string[] | undefined;
    const event = { trId, path, attempt };
    const times = () => ({
      queuedMs: Math.round(sent - joined),
      durationMs: Math.round(clock.monotonic() - sent),
    });
    try {
      const http = await limiter.schedule(
        () => {
          sent = clock.monotonic();
          onSend?.();
          const outgoing = request();
          ({ secrets } = outgoing);
          return transport(outgoing, signal);
        },
        { ...(signal === undefined ? {} : { signal }), ...(priority === undefined ? {} : { priority }) },
      );
      const verdict = readEnvelope(http, trId, redactAlso(redact, secrets));
      if (!verdict.ok) throw refusalError(verdict.answer, verdict.text);
      events.request({ ...event, status: http.status, ok: true, ...times() });
      return { body: verdict.body, headers: http.headers };
    } catch (error) {
      if (isHantooError(error)) {
        const { status, msgCd } = error instanceof KisApiError ? error : {};
        events.request({
          ...event,
          ok: false,
          ...(status === undefined ? {} : { status }),
          ...(msgCd === undefined ? {} : { msgCd }),
          ...times(),
        });
        if (kindOf(error) === "rate") limiter.refused();
      }
      throw error;
    }
  };
}

/** Sends a call to its end: with a token, through the limiter at each attempt, and again where that may help. */
export type Exchange = (outgoing: Outgoing, options?: SendOptions) => Promise<Incoming>;

export function createExchange(options: ExchangeOptions, tokens: TokenSource): Exchange {
  const { clock, random, retry, events } = options;
  const attemptOnce = createAttempt(options);

  return async (outgoing, how = {}) => {
    const { trId, path } = outgoing;
    const { signal } = how;
    let attempts = 0;
    let replayed = false;
    /** Once more with a new token, where KIS refused the one at hand. */
    const send = async (): Promise<Incoming> => {
      let used = await tokens.get(signal);
      const attempt = ++attempts;
      try {
        return await attemptOnce(
          outgoing,
          () => {
            // The wait in line can outlast a token; the newest one counts.
            used = tokens.peek() ?? used;
            return outgoing.request(used);
          },
          attempt,
          how,
        );
      } catch (error) {
        if (signal?.aborted === true || replayed || kindOf(error) !== "token") throw error;
        replayed = true;
        tokens.invalidate(used);
        events.retry({ trId, path, attempt, reason: reasonOf(error), delayMs: 0 });
        return send();
      }
    };
    return withRetries(
      {
        clock,
        random,
        signal,
        backOff: retry,
        maxAttempts: retry.limit + 1,
        mayPass: (error) => isHantooError(error) && mayRepeat(error, outgoing.idempotent),
        onRetry: (error, _, delayMs) =>
          events.retry({ trId, path, attempt: attempts, reason: reasonOf(error), delayMs }),
      },
      send,
    );
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof KisApiError) return error.msgCd;
  return error instanceof TimeoutError ? "timeout" : "transport";
}

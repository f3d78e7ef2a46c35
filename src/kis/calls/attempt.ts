import { type Clock, KisApiError, KisSchemaError, TimeoutError, isHantooError } from "../../core/index.js";
import { refusalKindOf, refusalError } from "../wire/index.js";
import type { Limiter } from "../pace/index.js";
import type { SendOptions } from "./call-options.js";
import { type Body, readEnvelope } from "./envelope.js";
import type { KisEvents } from "./events.js";
import { type Redact, redactAlso } from "./redact.js";
import type { HttpRequest, Transport } from "./transport.js";

/** One attempt of a call. */
interface Outgoing {
  readonly trId: string;
  readonly path: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Whether a successful answer must have `rt_cd`, as all data endpoints do. */
  readonly hasVerdict: boolean;
  /** Makes the request; called when its turn has come. */
  readonly request: () => HttpRequest;
}

/** A successful answer of KIS. */
export interface Incoming {
  readonly body: Body;
  readonly headers: Headers;
}

interface AttemptOptions {
  readonly transport: Transport;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly redact: Redact;
  readonly events: KisEvents;
  /** The call's signal joined with the end of the client, for a call that waits in line. */
  readonly waitingSignal: (signal: AbortSignal | undefined) => AbortSignal;
}

/** Sends one request once, when its turn has come, and reads whether KIS accepted or refused it. */
export type Attempt = (
  outgoing: Outgoing,
  how: SendOptions & { readonly again?: boolean },
) => Promise<Incoming>;

/** @returns a function that throws the error of KIS's refusal, a transport error, or the signal's reason. */
export function createAttempt(options: AttemptOptions): Attempt {
  const { transport, limiter, clock, redact, events, waitingSignal } = options;
  return async ({ trId, path, attempt, hasVerdict, request }, how) => {
    const { signal, priority = "normal", again = false, timeoutMs, onSend } = how;
    const joined = clock.monotonic();
    let sent = joined;
    const event = { trId, path, attempt };
    const times = () => ({
      queuedMs: Math.round(sent - joined),
      durationMs: Math.round(clock.monotonic() - sent),
    });
    try {
      const { status, ...incoming } = await limiter.schedule(
        async (turn) => {
          sent = clock.monotonic();
          // Not guarded like a hook: a caller whose budget is used up ends the call here, before anything is sent.
          onSend?.();
          const outgoing = request();
          const http = await transport(outgoing, { signal, timeoutMs });
          const verdict = readEnvelope(http, { trId, hasVerdict }, redactAlso(redact, outgoing.secrets));
          if (verdict.ok) return { status: http.status, body: verdict.body, headers: http.headers };
          const error = refusalError(verdict.answer, verdict.text, verdict.retryAfterMs);
          // Before the turn ends, so that the limiter knows which of its calls was refused.
          if (refusalKindOf(error) === "rate") (turn ?? limiter).refused(verdict.retryAfterMs);
          throw error;
        },
        { signal: waitingSignal(signal), priority, again },
      );
      events.request({ ...event, status, ok: true, ...times() });
      return incoming;
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
      }
      throw error;
    }
  };
}

/** Why an attempt failed, in a word for a log line: KIS's code where there is one. */
export function retryReason(error: unknown): string {
  if (error instanceof KisApiError) return error.msgCd || `HTTP ${error.status ?? "?"}`;
  if (error instanceof KisSchemaError) return "schema";
  return error instanceof TimeoutError ? "timeout" : "transport";
}

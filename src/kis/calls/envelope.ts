import { type KisAnswer, KisSchemaError, TransportError, clip } from "../../core/index.js";
import type { Redact } from "./redact.js";
import type { HttpAnswer } from "./transport.js";

/** A body that KIS answered with `rt_cd` 0 or, outside the envelope, with a 2xx. */
export type Body = Readonly<Record<string, unknown>>;

/** Whether KIS accepted a call or refused it. */
type Verdict =
  | { readonly ok: true; readonly body: Body }
  | {
      readonly ok: false;
      readonly answer: KisAnswer;
      readonly text: string;
      /** `Retry-After`, where the answer has one. */
      readonly retryAfterMs: number | undefined;
    };

const textOf = (value: unknown): string =>
  typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";

const parse = (text: string): Body | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
  } catch {
    return undefined;
  }
};

/** A longer `Retry-After` counts as this long. */
const LONGEST_HOLD_MS = 60_000;

function retryAfterMs(headers: Headers): number | undefined {
  const seconds = headers.get("retry-after")?.trim() ?? "";
  return /^\d+$/.test(seconds) ? Math.min(Number(seconds) * 1000, LONGEST_HOLD_MS) : undefined;
}

/**
 * Reads an answer. A JSON body counts more than the status, because KIS sends refusals with 200 and with 500. Status 429
 * is a refusal even without such a body, because a proxy's page has no code.
 *
 * @param asked - the transaction id, for messages, and whether a success must have `rt_cd`.
 * @throws {@link TransportError} if the body is not KIS's JSON; retryable from status 500 on and for a 2xx.
 * @throws {@link KisSchemaError} (retryable) if a 2xx lacks the `rt_cd` it must have: that is no empty answer.
 */
export function readEnvelope(
  http: HttpAnswer,
  { trId, hasVerdict }: { readonly trId: string; readonly hasVerdict: boolean },
  redact: Redact,
): Verdict {
  const body = parse(http.text);
  const { status } = http;
  const success = status >= 200 && status < 300;
  const rtCd = textOf(body?.["rt_cd"]);
  const errorCode = textOf(body?.["error_code"]);
  const msgCd = textOf(body?.["msg_cd"]);
  const isRefusal = rtCd !== "" || errorCode !== "" || msgCd !== "" || status === 429;
  if (body === undefined && !isRefusal) {
    throw new TransportError(
      `KIS answered ${trId} with HTTP ${status} and ${http.text === "" ? "no body" : "a body that is not JSON"}`,
      { retryable: success || status >= 500 || status === 408 },
    );
  }
  if (body !== undefined) {
    if (rtCd === "0" || (!hasVerdict && rtCd === "" && errorCode === "" && success))
      return { ok: true, body };
    if (!isRefusal && success)
      throw new KisSchemaError("rt_cd", "KIS's yes or no", undefined, { retryable: true });
    if (!isRefusal) {
      throw new TransportError(`KIS answered ${trId} with HTTP ${status} and a body without rt_cd`, {
        retryable: status >= 500,
      });
    }
  }
  return {
    ok: false,
    answer: { status, trId, rtCd: clip(redact(rtCd)), msgCd: clip(redact(errorCode || msgCd)) },
    text: clip(redact(textOf(body?.["msg1"]) || textOf(body?.["error_description"])), 300),
    retryAfterMs: retryAfterMs(http.headers),
  };
}

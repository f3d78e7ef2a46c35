import { type KisAnswer, TransportError, clip } from "../../core/index.js";
import type { Redact } from "./redact.js";
import type { HttpAnswer } from "./transport.js";

/** A body that KIS answered with `rt_cd` 0 or, outside the envelope, with a 2xx. */
export type Body = Readonly<Record<string, unknown>>;

/** KIS's yes or no. */
type Verdict =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly answer: KisAnswer; readonly text: string };

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

/**
 * Reads an answer: a JSON body wins over the status, because KIS sends refusals with 200 and 500 alike.
 *
 * @param trId - for messages.
 * @throws {@link TransportError} if the body is not KIS's JSON; retryable from status 500 on and for a 2xx.
 */
export function readEnvelope(http: HttpAnswer, trId: string, redact: Redact): Verdict {
  const body = parse(http.text);
  const { status } = http;
  const success = status >= 200 && status < 300;
  if (body === undefined) {
    throw new TransportError(
      `KIS answered ${trId} with HTTP ${status} and ${http.text === "" ? "no body" : "a body that is not JSON"}`,
      { retryable: success || status >= 500 || status === 408 || status === 429 },
    );
  }
  const rtCd = textOf(body["rt_cd"]);
  const errorCode = textOf(body["error_code"]);
  if (rtCd === "0" || (rtCd === "" && errorCode === "" && success)) return { ok: true, body };
  if (rtCd === "" && errorCode === "" && textOf(body["msg_cd"]) === "") {
    throw new TransportError(`KIS answered ${trId} with HTTP ${status} and a body without rt_cd`, {
      retryable: status >= 500,
    });
  }
  return {
    ok: false,
    answer: {
      status,
      trId,
      rtCd: clip(redact(rtCd)),
      msgCd: clip(redact(errorCode || textOf(body["msg_cd"]))),
    },
    text: clip(redact(textOf(body["msg1"]) || textOf(body["error_description"])), 300),
  };
}

/** A request as it reaches the simulated KIS: no socket, no stream. */
export interface WireRequest {
  /** HTTP method, in capitals. */
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Names in upper case: KIS accepts either. */
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Body as text; `""` where there is none. */
  readonly body: string;
}

/** An answer before it is put on any wire. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** @returns the request in the form the simulator reads, from an URL (absolute, or a path with its query). */
export function wireRequest(
  method: string,
  url: string,
  headers: Iterable<readonly [string, string]>,
  body: string,
): WireRequest {
  const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
  return {
    method: method.toUpperCase(),
    path: pathname,
    query: new Map([...searchParams].map(([name, value]) => [name.toUpperCase(), value])),
    headers: new Map([...headers].map(([name, value]) => [name.toLowerCase(), value])),
    body,
  };
}

/** @returns a JSON answer with the header names KIS sends. */
export function wireJson(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): WireResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}

/** The envelope of a refusal of any REST quotation. */
export function refusal(status: number, msgCd: string, msg1: string, rtCd = "1"): WireResponse {
  return wireJson(status, { rt_cd: rtCd, msg_cd: msgCd, msg1 });
}

/** A refusal of a token endpoint, which has another shape. */
export function tokenRefusal(code: string, description: string): WireResponse {
  return wireJson(403, { error_code: code, error_description: description });
}

/** The envelope of a success. */
export function success(outputs: object): WireResponse {
  return wireJson(200, { ...outputs, rt_cd: "0", msg_cd: "MCA00000", msg1: "정상처리 되었습니다." });
}

/** What KIS writes for "no data" in a number's place. */
export const INT64_MIN = "-9223372036854775808";

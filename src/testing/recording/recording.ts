import { hashText } from "../random.js";
import { SIMULATOR_HEADER } from "../../core/index.js";
import { REDACTED, isSecretName, learn, redact, redactText } from "./redact.js";

/** One request and its answer, without secrets. A recording is a folder with a file for each. */
export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    /** Of the headers only those that choose the answer: `tr_id`, `tr_cont`, `custtype`. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** Parsed where it is JSON, else the text; bytes as `{ base64 }`. */
    readonly body: unknown;
  };
}

const REQUEST_HEADERS = ["tr_id", "tr_cont", "custtype"];
/** The simulator's mark is kept: replayed bars of a simulator must not pass for real ones either. */
const RESPONSE_HEADERS = ["content-type", "tr_id", "tr_cont", "gt_uid", "last-modified", SIMULATOR_HEADER];

/** A request without its secrets. A replayed request must equal it. */
export function requestPart(
  method: string,
  url: string,
  headers: ReadonlyMap<string, string>,
  body: string,
  known: Set<string>,
): Exchange["request"] {
  for (const [name, value] of headers) if (isSecretName(name)) learn(value, known);
  const { pathname, searchParams } = new URL(url);
  const query = [...searchParams].map(([name, value]) => {
    if (isSecretName(name)) learn(value, known);
    return [name, isSecretName(name) ? REDACTED : redactText(value, known)] as const;
  });
  return {
    method,
    path: redactText(pathname, known),
    query: Object.fromEntries(query.sort(([a], [b]) => (a < b ? -1 : 1))),
    headers: pick(headers, REQUEST_HEADERS, known),
    ...(body === "" ? {} : { body: redact(parsed(body), known) }),
  };
}

/** An answer without its secrets. */
export function responsePart(
  status: number,
  headers: ReadonlyMap<string, string>,
  bytes: Uint8Array,
  known: Set<string>,
): Exchange["response"] {
  const type = headers.get("content-type") ?? "";
  const isText = /json|text|xml|charset/i.test(type) || type === "";
  const body = isText
    ? redact(parsed(new TextDecoder().decode(bytes)), known)
    : { base64: Buffer.from(bytes).toString("base64") };
  return { status, headers: pick(headers, RESPONSE_HEADERS, known), body };
}

/** @returns the exchange a file holds; `undefined` if it holds none that could be served. */
export function parseExchange(text: string): Exchange | undefined {
  const { request, response } = (parsed(text) ?? {}) as Partial<Exchange>;
  if (typeof request !== "object" || request === null || !isTexts(request.query)) return undefined;
  if (typeof response !== "object" || response === null || !isHeaders(response.headers)) return undefined;
  const { status, body } = response;
  if (!Number.isInteger(status) || status < 200 || status > 599 || body === undefined) return undefined;
  return { request, response };
}

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((each) => typeof each === "string");

/** What `Response` takes: tokens for names, and no control characters in values. @see RFC 9110 section 5 */
const isHeaders = (value: unknown): boolean =>
  isTexts(value) &&
  Object.entries(value).every(
    ([name, text]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(text),
  );

/** A stable file name: what was asked, then a hash of all of it, then which time it was. */
export function exchangeName(request: Exchange["request"], turn: number): string {
  const symbol = request.query["FID_INPUT_ISCD"] ?? request.query["BASS_DT"] ?? "";
  const name = request.headers["tr_id"] ?? request.path.split("/").at(-1) ?? "";
  const parts = [
    name,
    symbol,
    request.query["FID_INPUT_DATE_1"] ?? "",
    request.query["FID_INPUT_HOUR_1"] ?? "",
  ];
  const readable = parts
    .filter((part) => part !== "")
    .join("-")
    .replaceAll(/[^\w.-]/g, "_");
  return `${readable}-${requestHash(request)}-${turn}.json`;
}

/** Equal requests, equal hashes. */
export function requestHash(request: Exchange["request"]): string {
  return hashText(JSON.stringify(request)).toString(16).padStart(8, "0");
}

/** The body of a recorded answer as it goes over a wire. */
export function responseBody(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === "string") return body;
  const base64 = typeof body === "object" && body !== null && "base64" in body ? body.base64 : undefined;
  return typeof base64 === "string" ? new Uint8Array(Buffer.from(base64, "base64")) : JSON.stringify(body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function pick(
  headers: ReadonlyMap<string, string>,
  names: readonly string[],
  known: ReadonlySet<string>,
): Record<string, string> {
  const found = names.map((name) => [name, redactText(headers.get(name) ?? "", known)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== ""));
}

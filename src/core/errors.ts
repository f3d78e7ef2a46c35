const brand: unique symbol = Symbol.for("hantoo.error");

/** What went wrong, one literal per class. Switch on this rather than on the message. */
export type ErrorCode =
  | "config"
  | "kis_api"
  | "kis_auth"
  | "kis_rate_limit"
  | "kis_unsupported"
  | "kis_schema"
  | "transport"
  | "timeout"
  | "incomplete_data"
  | "master_format"
  | "storage"
  | "storage_conflict"
  | "calendar_range";

/** Facts that every error of this package can carry. */
export interface HantooErrorOptions {
  /** The underlying error. Must hold no secret: it is printed by `inspect`. */
  readonly cause?: unknown;
  /** Whether the same call may succeed later, unchanged. @defaultValue false */
  readonly retryable?: boolean;
}

/**
 * Base of every error this package throws: one class per decision a caller can take.
 *
 * No message, field or `toJSON()` of any of them holds a key, secret, token or account number.
 */
export abstract class HantooError extends Error {
  /** Literal that names the class; the same across module formats, where `instanceof` is not. */
  abstract readonly code: ErrorCode;
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean;

  /** `message` says what was wrong, what was expected and what to do. It must hold no secret. */
  constructor(message: string, options: HantooErrorOptions = {}) {
    super(clip(message, LONGEST_MESSAGE), options.cause === undefined ? undefined : { cause: options.cause });
    this.retryable = options.retryable ?? false;
  }

  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  /** @returns name, code, message, retryable, the class's own facts and the cause's name and message. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, retryable, cause, ...facts } = this;
    const json: Record<string, unknown> = { name, code, message, retryable, ...facts };
    if (cause instanceof Error)
      json["cause"] = { name: cause.name, message: clip(cause.message, LONGEST_MESSAGE) };
    return json;
  }
}

/** An option or argument is missing or out of range. Thrown before any I/O. */
export class ConfigError extends HantooError {
  /** Name of the class. */
  override readonly name = "ConfigError";
  /** Literal that names the class. */
  readonly code = "config";
  /** Name of the option or argument. */
  readonly option: string;

  /**
   * Makes the message of its three parts.
   *
   * @param option - name of the option or argument.
   * @param expected - what it must be, read after "must be".
   * @param received - what came instead; shown shortened. Never pass a secret: pass `"a value"`.
   */
  constructor(option: string, expected: string, received: unknown, options?: HantooErrorOptions) {
    super(`\`${clip(option)}\` must be ${expected}, received ${show(received)}`, options);
    this.option = clip(option);
  }
}

/** What KIS said with a refusal. Every error about an answer of KIS has these facts. */
export interface KisAnswer {
  /** HTTP status; `undefined` when nothing was sent. KIS's status is no guide: read `msgCd`. */
  readonly status: number | undefined;
  /** Transaction id of the call, such as `FHKST03010230`, or the path of a token call. */
  readonly trId: string;
  /** `rt_cd` of the answer: `"0"` is success. */
  readonly rtCd: string;
  /** `msg_cd` or `error_code` of the answer, such as `EGW00201`. */
  readonly msgCd: string;
}

/** KIS answered and refused. `msgCd` says why. The subclasses are refusals that ask for a special reaction. */
export class KisApiError extends HantooError implements KisAnswer {
  /** Name of the class. */
  override readonly name: string = "KisApiError";
  /** Literal that names the class; the subclasses narrow it. */
  readonly code: "kis_api" | "kis_auth" | "kis_rate_limit" | "kis_unsupported" = "kis_api";
  readonly status: number | undefined;
  readonly trId: string;
  readonly rtCd: string;
  readonly msgCd: string;

  /** `answer`: what KIS said; its texts are shortened. */
  constructor(message: string, answer: KisAnswer, options?: HantooErrorOptions) {
    super(message, options);
    this.status = answer.status;
    this.trId = answer.trId;
    this.rtCd = clip(answer.rtCd);
    this.msgCd = clip(answer.msgCd);
  }
}

/**
 * The key, the secret or the token is not accepted, also after one re-issue. Check the credentials. It is `retryable`
 * where the token is refused: after `retryAfterMs` another is asked for.
 */
export class KisAuthError extends KisApiError {
  /** Name of the class. */
  override readonly name = "KisAuthError";
  /** Literal that names the class. */
  override readonly code = "kis_auth";
  /** How long no other token is asked for, in milliseconds; absent where no waiting mends it. */
  declare readonly retryAfterMs?: number;

  /** `options`: with `retryAfterMs`, how long no other token is asked for, in milliseconds. */
  constructor(
    message: string,
    answer: KisAnswer,
    options?: HantooErrorOptions & { readonly retryAfterMs?: number },
  ) {
    super(message, answer, options);
    if (options?.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/** KIS refuses because of the rate, even after retries. Wait `retryAfterMs` before the next call. */
export class KisRateLimitError extends KisApiError {
  /** Name of the class. */
  override readonly name = "KisRateLimitError";
  /** Literal that names the class. */
  override readonly code = "kis_rate_limit";
  /** How long to leave KIS alone, in milliseconds. */
  readonly retryAfterMs: number;

  /** `options`: with `retryAfterMs`, how long to leave KIS alone, in milliseconds. */
  constructor(
    message: string,
    answer: KisAnswer,
    options: HantooErrorOptions & { readonly retryAfterMs: number },
  ) {
    super(message, answer, { retryable: true, ...options });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The environment does not offer the call (paper lacks several). Raised before I/O where it is known. */
export class KisUnsupportedError extends KisApiError {
  /** Name of the class. */
  override readonly name = "KisUnsupportedError";
  /** Literal that names the class. */
  override readonly code = "kis_unsupported";
}

/** An answer of KIS lacks what hantoo reads from it, or has it in another form. */
export class KisSchemaError extends HantooError {
  /** Name of the class. */
  override readonly name = "KisSchemaError";
  /** Literal that names the class. */
  readonly code = "kis_schema";
  /** Where in the answer, such as `output2[3].cntg_vol`. */
  readonly path: string;
  /** The value found there, shortened. */
  readonly received: string;

  /** `path`: where in the answer; `expected` is read after "expected", `received` is shown shortened. */
  constructor(path: string, expected: string, received: unknown, options?: HantooErrorOptions) {
    super(`KIS answered ${show(received)} at \`${clip(path)}\`, expected ${expected}`, options);
    this.path = clip(path);
    this.received = show(received);
  }
}

/** The network or the gateway failed: reset, refused, cut body, HTML instead of JSON. */
export class TransportError extends HantooError {
  /** Name of the class. */
  override readonly name = "TransportError";
  /** Literal that names the class. */
  readonly code = "transport";

  /** `options`: `retryable` is true unless it says otherwise. */
  constructor(message: string, options?: HantooErrorOptions) {
    super(message, { retryable: true, ...options });
  }
}

/** No complete answer within the time allowed, body included. */
export class TimeoutError extends HantooError {
  /** Name of the class. */
  override readonly name = "TimeoutError";
  /** Literal that names the class. */
  readonly code = "timeout";
  /** The time that was allowed, in milliseconds. */
  readonly timeoutMs: number;

  /** `timeoutMs`: the time that was allowed, in milliseconds. */
  constructor(message: string, timeoutMs: number, options?: HantooErrorOptions) {
    super(message, { retryable: true, ...options });
    this.timeoutMs = timeoutMs;
  }
}

/** A span of minutes or rows that is not there; both ends inclusive, epoch ms. */
export interface MissingSpan {
  /** First missing minute or row, epoch ms. */
  readonly from: number;
  /** Last missing minute or row, epoch ms, inclusive. */
  readonly to: number;
}

/** The data ends before it is proved complete. The error says what is missing. */
export class IncompleteDataError extends HantooError {
  /** Name of the class. */
  override readonly name = "IncompleteDataError";
  /** Literal that names the class. */
  readonly code = "incomplete_data";
  /** Count of items expected. */
  readonly expected: number;
  /** Count of items received. */
  readonly have: number;
  /** What is missing, ascending. */
  readonly missing: readonly MissingSpan[];
  /** `"rescaled"`: the source has the prices only on the scale of a later corporate action. */
  declare readonly reason?: "rescaled";

  /** `facts`: how much was expected, how much came, and what is missing. */
  constructor(
    message: string,
    facts: {
      readonly expected: number;
      readonly have: number;
      readonly missing: readonly MissingSpan[];
      readonly reason?: "rescaled";
    },
    options?: HantooErrorOptions,
  ) {
    super(message, options);
    if (facts.reason !== undefined) this.reason = facts.reason;
    this.expected = facts.expected;
    this.have = facts.have;
    this.missing = facts.missing;
  }
}

/** The place at which a master file breaks its layout. */
export interface MasterFormatFacts {
  /** Market of the file, such as `kospi`. */
  readonly market: string;
  /** 1-based line; 0 where the whole file is meant. */
  readonly line: number;
  /** 0-based offset from the start of the file. */
  readonly byteOffset: number;
  /** English field name; `undefined` where a row or the file is meant. */
  readonly field: string | undefined;
}

/** A master file does not have the known layout. Nothing is guessed. */
export class MasterFormatError extends HantooError implements MasterFormatFacts {
  /** Name of the class. */
  override readonly name = "MasterFormatError";
  /** Literal that names the class. */
  readonly code = "master_format";
  /** Market of the file, such as `kospi`. */
  readonly market: string;
  readonly line: number;
  readonly byteOffset: number;
  readonly field: string | undefined;

  /** `facts`: where in the file. */
  constructor(message: string, facts: MasterFormatFacts, options?: HantooErrorOptions) {
    super(message, options);
    this.market = facts.market;
    this.line = facts.line;
    this.byteOffset = facts.byteOffset;
    this.field = facts.field;
  }
}

/** What a store was doing when it failed, and to which object. */
export interface StorageFacts {
  /** What was being done. */
  readonly operation: "get" | "put" | "list" | "delete";
  /** The key, or the prefix of a listing. */
  readonly key: string;
}

/** An object store failed: missing bucket, no permission, full disk, broken listing. */
export class StorageError extends HantooError implements StorageFacts {
  /** Name of the class. */
  override readonly name: string = "StorageError";
  /** Literal that names the class; the subclass narrows it. */
  readonly code: "storage" | "storage_conflict" = "storage";
  /** What was being done. */
  readonly operation: StorageFacts["operation"];
  readonly key: string;

  /** `facts`: what was being done to which object. */
  constructor(message: string, facts: StorageFacts, options?: HantooErrorOptions) {
    super(message, options);
    this.operation = facts.operation;
    this.key = facts.key;
  }
}

/** A put with `ifAbsent` found an object under that key. The stored object is unchanged. */
export class StorageConflictError extends StorageError {
  /** Name of the class. */
  override readonly name = "StorageConflictError";
  /** Literal that names the class. */
  override readonly code = "storage_conflict";
}

/** The calendar does not know the day. Unknown is not open. */
export class CalendarRangeError extends HantooError {
  /** Name of the class. */
  override readonly name = "CalendarRangeError";
  /** Literal that names the class. */
  readonly code = "calendar_range";
  /** The day asked for. */
  readonly day: string;
  /** First day the calendar knows, inclusive. */
  readonly first: string;
  /** Last day the calendar knows, inclusive. */
  readonly last: string;

  /** `day`: the day asked for; `first` to `last`: what is known, inclusive. */
  constructor(day: string, first: string, last: string) {
    super(
      `the calendar knows ${first} to ${last}, not ${day}; update hantoo, or add what was announced with createCalendar()`,
    );
    this.day = day;
    this.first = first;
    this.last = last;
  }
}

/**
 * True for every error of this package, also if another copy of it (CJS beside ESM) threw the error.
 *
 * @example
 * ```ts
 * try {
 *   await client.quote("005930");
 * } catch (error) {
 *   if (!isHantooError(error) || !error.retryable) throw error;
 *   console.log(error.code, error.message); // the same call may succeed later
 * }
 * ```
 */
export function isHantooError(error: unknown): error is HantooError {
  return error instanceof Error && brand in error;
}

/** True if the same call may succeed later, unchanged; false for every error of other packages. */
export function isRetryable(error: unknown): boolean {
  return isHantooError(error) && error.retryable;
}

/** How long an error asks to leave KIS alone, in milliseconds; 0 where it does not. */
export function retryAfterOf(error: unknown): number {
  const isTold = isHantooError(error) && "retryAfterMs" in error && typeof error.retryAfterMs === "number";
  return isTold ? (error as KisRateLimitError).retryAfterMs : 0;
}

/** Longer messages are cut: they may quote a text from outside, and a log line must stay readable. */
const LONGEST_MESSAGE = 900;

/**
 * The beginning of a text from outside, short enough for a message or a log line.
 *
 * @param most - characters. @defaultValue 80
 */
export function clip(text: string, most = 80): string {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

/** A short, one-line rendering of an unexpected value for a message. */
export function show(value: unknown): string {
  if (value instanceof Date) return "a Date";
  if (typeof value === "string") return clip(JSON.stringify(clip(value, 100)));
  return clip(typeof value === "object" && value !== null ? json(value) : String(value));
}

function json(value: object): string {
  try {
    return JSON.stringify(value) ?? "an object";
  } catch {
    return "an object"; // in a circle, or with a bigint
  }
}

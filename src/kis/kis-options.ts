import { type TradingCalendar, krx } from "../calendar/index.js";
import {
  type Clock,
  type ClockOption,
  ConfigError,
  type Logger,
  SETTLE_MS,
  checkClock,
  checkPort,
  createWarningLogger,
  checkNames,
} from "../core/index.js";
import { type StreamConnector, openWebSocket } from "./stream/index.js";
import { BASE_URLS, type KisEnvironment, WEBSOCKET_URLS } from "./wire/index.js";
import {
  type CorporateHeaders,
  type KisHooks,
  type RetryOptions,
  checkRetry,
  checkTimeout,
} from "./calls/index.js";
import { type Limiter, type RatePreset, checkRateLimit } from "./pace/index.js";

import { createFileTokenStore, type TokenStore } from "./token/index.js";

/** Options of {@link KisClient}. */
export interface KisClientOptions extends KisHooks {
  /** The app key as KIS issued it (36 characters). */
  readonly appKey: string;
  /** The app secret as KIS issued it (180 characters). */
  readonly appSecret: string;
  /** The system the key belongs to. @defaultValue "live" */
  readonly environment?: KisEnvironment;
  /** Where to send calls; https, or http on the loopback. @defaultValue KIS's host of the environment */
  readonly baseUrl?: string;
  /**
   * Address of the stream, used as given: `ws` or `wss`. If you give a `baseUrl`, this has no default, so that a key of
   * another host never reaches KIS. @defaultValue KIS's address of the environment
   */
  readonly websocketUrl?: string;
  /** Opens the stream's sockets. With another connector no lock is taken on this host. @defaultValue {@link openWebSocket} */
  readonly webSocket?: StreamConnector;
  /**
   * Calls a second, or a preset by name: the pace starts there and never exceeds it. All clients of one app key in this
   * process share one limiter, at the lowest rate of the clients that have calls.
   *
   * @defaultValue paper 1; live finds its own rate, at most 18, beginning at 15 or at what an earlier process learned
   */
  readonly rateLimit?: RatePreset | number;
  /** Paces the calls in place of `rateLimit`; not closed with the client. @defaultValue one for all clients of the key */
  readonly limiter?: Limiter;
  /** @defaultValue a file in the user's cache folder */
  readonly tokenStore?: TokenStore;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof globalThis.fetch;
  /** @defaultValue the host's clock */
  readonly clock?: ClockOption;
  /** Draws jitter; from [0, 1). @defaultValue `Math.random` */
  readonly random?: () => number;
  /**
   * Gets warnings, and each answer at lower levels. @defaultValue process warnings, each kind once, without retries
   */
  readonly logger?: Logger;
  /** @defaultValue "hantoo" */
  readonly userAgent?: string;
  /** Milliseconds for one attempt, from sending to the last byte. @defaultValue 10000 */
  readonly timeoutMs?: number;
  /** @defaultValue 4 retries, 300 ms doubling up to 8 s */
  readonly retry?: RetryOptions | number;
  /** Who calls: `"P"` a private customer, `"B"` a corporate one, with `corporate` beside it. @defaultValue "P" */
  readonly custtype?: "P" | "B";
  /** Headers that KIS wants of corporate customers; sent with `custtype: "B"` alone. @defaultValue none */
  readonly corporate?: CorporateHeaders;
  /** Sessions and closures. @defaultValue `krx` */
  readonly calendar?: TradingCalendar;
  /**
   * Milliseconds after a minute's end from which its bar counts as final: KIS changes it for some six seconds.
   * @defaultValue 10000
   */
  readonly settleMs?: number;
  /**
   * Minutes of past days on paper. KIS documents FHKST03010230 as live only, but its paper host was seen to answer:
   * `"try"` asks it. @defaultValue "refuse"
   */
  readonly paperPastMinutes?: "refuse" | "try";
}

type Defaulted = Required<
  Omit<KisClientOptions, keyof KisHooks | "clock" | "limiter" | "rateLimit" | "retry" | "websocketUrl">
>;

/** The options, checked, defaults filled in. */
export interface KisSettings extends Defaulted, KisHooks {
  /** `undefined` with a `baseUrl` of the caller's own and no address of the stream. */
  readonly websocketUrl: string | undefined;
  readonly clock: Clock;
  /** Whether the caller gave a logger: only then are retries logged. */
  readonly isLogged: boolean;
  readonly limiter: Limiter | undefined;
  readonly rate: ReturnType<typeof checkRateLimit>;
  readonly retry: ReturnType<typeof checkRetry>;
}

const NAMES: readonly (keyof KisClientOptions)[] = [
  "appKey",
  "appSecret",
  "environment",
  "baseUrl",
  "websocketUrl",
  "webSocket",
  "rateLimit",
  "limiter",
  "tokenStore",
  "fetch",
  "clock",
  "random",
  "logger",
  "userAgent",
  "timeoutMs",
  "retry",
  "custtype",
  "corporate",
  "calendar",
  "settleMs",
  "paperPastMinutes",
  "onRequest",
  "onRetry",
  "onTokenIssued",
];

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** @throws {@link ConfigError} naming the first option that is missing, unknown or out of range. */
export function checkClientOptions(options: KisClientOptions): KisSettings {
  checkNames(options, NAMES);
  const { environment = "live", userAgent = "hantoo", settleMs = SETTLE_MS } = options;
  const { timeoutMs = 10_000, custtype = "P", corporate = {} } = options;
  const { paperPastMinutes = "refuse", logger = createWarningLogger() } = options;
  const clock = checkClock(options.clock);
  if (environment !== "live" && environment !== "paper") {
    throw new ConfigError("environment", '"live" or "paper"', environment);
  }
  if (typeof userAgent !== "string" || !/^[\x20-\x7e]{1,200}$/.test(userAgent)) {
    throw new ConfigError("userAgent", "1 to 200 printable ASCII characters", userAgent);
  }
  if (custtype !== "P" && custtype !== "B") throw new ConfigError("custtype", '"P" or "B"', custtype);
  if (!(Number.isFinite(settleMs) && settleMs >= 0 && settleMs <= 60_000))
    throw new ConfigError("settleMs", "0 to 60000", settleMs);
  if (paperPastMinutes !== "refuse" && paperPastMinutes !== "try") {
    throw new ConfigError("paperPastMinutes", '"refuse" or "try"', paperPastMinutes);
  }
  for (const hook of ["fetch", "webSocket", "random", "onRequest", "onRetry", "onTokenIssued"] as const) {
    const value = options[hook];
    if (value !== undefined && typeof value !== "function")
      throw new ConfigError(hook, "a function", typeof value);
  }
  const { appKey, appSecret } = checkKeys(options);
  return {
    ...options,
    appKey,
    appSecret,
    environment,
    baseUrl: checkBaseUrl(options.baseUrl ?? BASE_URLS[environment]),
    websocketUrl: checkWebsocketUrl(
      options.websocketUrl ?? (options.baseUrl === undefined ? WEBSOCKET_URLS[environment] : undefined),
    ),
    webSocket: options.webSocket ?? openWebSocket,
    rate: checkRateLimit(options.rateLimit, environment),
    limiter: checkLimiter(options.limiter),
    tokenStore: checkPort(
      options.tokenStore ?? createFileTokenStore({ logger }),
      "tokenStore",
      ["read", "write", "exclusive"],
      "made by createFileTokenStore(), createObjectTokenStore() or createMemoryTokenStore()",
    ),
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock,
    random: options.random ?? Math.random,
    isLogged: options.logger !== undefined,
    logger: checkPort(logger, "logger", ["debug", "info", "warn", "error"], "a logger such as `console`"),
    userAgent,
    timeoutMs: checkTimeout(timeoutMs),
    custtype,
    corporate: checkCorporate(corporate),
    retry: checkRetry(options.retry),
    calendar: checkPort(
      options.calendar ?? krx,
      "calendar",
      ["minutes", "isTradingDay"],
      "`krx` or made by `createCalendar()`",
    ),
    settleMs,
    paperPastMinutes,
  };
}

/** Lengths as KIS issues them. @see facts of the KIS portal (read 2026-11-21) */
const KEY_LENGTH = 36;
const SECRET_LENGTH = 180;

function checkKeys(options: KisClientOptions): { readonly appKey: string; readonly appSecret: string } {
  const appKey = checkSecret("appKey", options.appKey);
  const appSecret = checkSecret("appSecret", options.appSecret);
  if (appKey.length === SECRET_LENGTH && appSecret.length === KEY_LENGTH) {
    throw new ConfigError("appKey", "the key of 36 characters", "the app secret; the two are swapped");
  }
  return { appKey, appSecret };
}

/** Checks that there are only names of {@link CorporateHeaders}, with values that a header can hold. */
function checkCorporate(value: CorporateHeaders): CorporateHeaders {
  const names = ["personalSecKey", "seqNo", "macAddress", "phoneNumber", "ipAddress", "gtUid"];
  checkNames(value, names, "corporate");
  for (const [name, text] of Object.entries(value)) {
    if (text !== undefined) checkSecret(`corporate.${name}`, text);
  }
  return value;
}

/** Never shows the value: it may be the secret in the wrong place. */
function checkSecret(option: string, value: unknown): string {
  if (typeof value !== "string" || !/^[\x21-\x7e]{1,1000}$/.test(value)) {
    throw new ConfigError(
      option,
      "a text without blanks, as KIS issued it",
      value === undefined ? value : typeof value === "string" ? "another text" : typeof value,
    );
  }
  return value;
}

function checkBaseUrl(value: unknown): string {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  const safe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.test(url.hostname));
  if (url === undefined || !safe || hasCredentials(url) || url.search !== "" || url.hash !== "") {
    throw new ConfigError(
      "baseUrl",
      "an https URL, or http on the loopback",
      url?.origin ?? "something else",
    );
  }
  return url.href.replace(/\/+$/, "");
}

function checkWebsocketUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^wss?:$/.test(url.protocol) || hasCredentials(url) || url.hash !== "") {
    throw new ConfigError("websocketUrl", "a ws or wss URL", url?.origin ?? "something else");
  }
  return value;
}

/** `fetch` refuses a URL with user and password, and its error would show both. */
const hasCredentials = ({ username, password }: URL): boolean => username !== "" || password !== "";

function checkLimiter(value: Limiter | undefined): Limiter | undefined {
  if (value === undefined) return undefined;
  return checkPort(value, "limiter", ["schedule", "refused"], "made by createLimiter()");
}

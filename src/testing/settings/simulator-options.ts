import { ConfigError, checkNames } from "../../core/index.js";
import type { TradingCalendar } from "../../calendar/index.js";
import type { Booking, CorporateAction, InstrumentTraits, Market } from "../market/index.js";
import type { FaultPlan } from "../faults/index.js";

import { fractionOf, hashText } from "../random.js";
import type { ClockMode } from "./simulator-clock.js";
import { type StreamOptions, type StreamSettings, streamSettings } from "./stream-options.js";

/** How often the simulator lets itself be called. */
export interface LimitOptions {
  /** Quotations in any sliding second; `false` for no limit. @defaultValue 18 live, 1 paper */
  readonly perSecond?: number | false;
  /** Calls of tokenP, revokeP and Approval in any sliding second; `false` for no limit. @defaultValue 1 */
  readonly tokenPerSecond?: number | false;
  /** Whether tokenP answers once a minute only. @defaultValue true */
  readonly tokenPerMinute?: boolean;
  /** HTTP status of EGW00201; both were seen. @defaultValue 500 */
  readonly refusalStatus?: 500 | 200;
  /** Whether a second slides or is the clock's own; not known of KIS. @defaultValue "sliding" */
  readonly window?: "sliding" | "fixed";
  /** Whether a refused call takes a place in its second; not known of KIS. @defaultValue false */
  readonly countRefused?: boolean;
  /** Epoch ms of the simulator's clock: until then the key is new and has 3 calls a second. @defaultValue never */
  readonly newAccountUntil?: number;
  /** Other programs on the same key: so many places of each second are theirs, from and until epoch ms. */
  readonly others?: {
    /** Calls a second the other programs send. */
    readonly perSecond: number;
    /** Epoch ms from which they do; always where absent. */
    readonly from?: number;
    /** Epoch ms until which they do; for ever where absent. */
    readonly until?: number;
  };
  /** Servers that the limit is spread over; a call reaches one by chance. @defaultValue 1 */
  readonly servers?: number;
}

/** Where the real behaviour is not known, or was seen both ways: choose. */
export interface QuirkOptions {
  /** Whether 0230 answers on paper; the portal says no, some got answers. @defaultValue false */
  readonly dailyMinutesOnPaper?: boolean;
  /** Status of token errors EGW00121, EGW00122 and EGW00123. @defaultValue 500 */
  readonly tokenErrorStatus?: 500 | 401 | 200;
  /** Code of a token that KIS ended before its time; maintenance was seen to use others than EGW00121. @defaultValue "EGW00121" */
  readonly endedTokenCode?: string;
  /** Whether tokenP goes on giving out a token that KIS ended, until it is revoked or six hours old. @defaultValue false */
  readonly sameEndedToken?: boolean;
  /** Whether a new token ends the ones before it. @defaultValue false */
  readonly oneToken?: boolean;
  /** How long after its minute a trade may still be booked, in ms. @defaultValue 6000 */
  readonly bookingMs?: number;
  /**
   * Minutes whose last trade is booked `afterMs` after the minute's start, so that a bar changes after it was
   * final: a share of all, drawn from the seed, or each by name. @defaultValue none
   */
  readonly corrections?: CorrectionShare | readonly Correction[];
  /** When 0200's closing auction row is right for good, in ms after its label. @defaultValue 1800000 */
  readonly auctionSettleMs?: number;
  /** Whether 0230 gives the rows of pre-market and after-market. @defaultValue true */
  readonly extendedRows?: boolean;
  /** How many trading days 0230 reaches back. @defaultValue 250 */
  readonly depthDays?: number;
  /** Whether chk-holiday lists a day twice now and then. @defaultValue false */
  readonly duplicateHolidays?: boolean;
  /** Rows of a chk-holiday page. @defaultValue 24 */
  readonly holidayRows?: number;
  /** Calendar days that chk-holiday lists from the first one asked for; `Infinity` for no end. @defaultValue Infinity */
  readonly holidayDays?: number;
  /** Whether chk-holiday leaves `sttl_day_yn` blank now and then. @defaultValue true */
  readonly blankSettlement?: boolean;
  /** Whether 0230 at UN has rows only for what Nextrade trades, as at NX. @defaultValue true */
  readonly unifiedNeedsNextrade?: boolean;
  /**
   * Whether 0200 at UN, asked for a label at or before its first minute, gives rows without data (`cntg_vol`
   * INT64_MIN, open, high and low 0) in place of the session before. @defaultValue true
   */
  readonly voidRows?: boolean;
  /** Open, high and low of a daily row of a day without regular trades. @defaultValue "zero" */
  readonly idleDailyRow?: "zero" | "flat";
  /** Whether adjusted daily rows count shares of today. @defaultValue true */
  readonly adjustedVolume?: boolean;
  /** What becomes of minutes that are older than a corporate action. @defaultValue "prices" */
  readonly rescaledMinutes?: "prices" | "prices-and-volume" | "none";
  /** Whether 0230, too, gives the forming bar under the label asked for. @defaultValue false */
  readonly echoDailyMinutes?: boolean;
  /** Whether answers have a `Date`; a gateway in front may strip it. @defaultValue true */
  readonly dated?: boolean;
}

/** A share of all minutes to be corrected late. */
export interface CorrectionShare {
  /** 0..1 */
  readonly probability: number;
  /** Milliseconds after the start of the minute at which its last trade is booked. */
  readonly afterMs: number;
}

/** One minute to be corrected late. */
export interface Correction {
  /** Symbol whose row changes. */
  readonly symbol: string;
  /** Epoch ms of the start of the minute. */
  readonly time: number;
  /** Milliseconds after the start of the minute at which its last trade is booked. */
  readonly afterMs: number;
}

/** Options of {@link createKisSimulator}. */
export interface KisSimulatorOptions {
  /** Any integer: the same seed, the same answers byte for byte. @defaultValue 1 */
  readonly seed?: number;
  /** Epoch ms at the start. @defaultValue the host's time */
  readonly now?: number;
  /** How time passes. @defaultValue "fixed" if `now` is given, else "running" */
  readonly clock?: ClockMode;
  /** Short codes of the market. @defaultValue some dozens of every kind */
  readonly symbols?: readonly string[];
  /** Corporate actions of the market. @defaultValue none */
  readonly actions?: readonly CorporateAction[];
  /** Traits of symbols by name: listed, halted, delisted when, days of off-hours trades alone. @defaultValue none */
  readonly instruments?: Readonly<Record<string, InstrumentTraits>>;
  /** A market to serve; `seed`, `symbols`, `calendar`, `actions` and `instruments` of its own then hold. */
  readonly market?: Market;
  /** @defaultValue krx */
  readonly calendar?: TradingCalendar;
  /** Which of KIS's hosts to be. @defaultValue "live" */
  readonly environment?: "live" | "paper";
  /** A preset (`"new-account"` is 3/s), calls a second, `false` for none, or each by itself. */
  readonly limits?: "live" | "paper" | "new-account" | number | false | LimitOptions;
  /** What goes wrong, by script or by chance. @defaultValue nothing */
  readonly faults?: FaultPlan;
  /** @defaultValue "test" */
  readonly appKey?: string;
  /** @defaultValue "test" */
  readonly appSecret?: string;
  /** Behaviours of KIS that are open or rare; `BEHAVIOURS.md` lists them. */
  readonly quirks?: QuirkOptions;
  /** The WebSocket side. */
  readonly stream?: StreamOptions;
}

/** The options, checked and complete. */
export interface ServerConfig {
  readonly seed: number;
  readonly environment: "live" | "paper";
  readonly appKey: string;
  readonly appSecret: string;
  readonly limits: {
    readonly perSecond: number;
    readonly tokenPerSecond: number;
    readonly tokenPerMinute: boolean;
    readonly refusalStatus: 500 | 200;
    readonly window: "sliding" | "fixed";
    readonly countRefused: boolean;
    readonly newAccountUntil: number | undefined;
    readonly others: LimitOptions["others"];
    readonly servers: number;
  };
  readonly quirks: Required<QuirkOptions>;
  readonly booking: Booking;
  readonly stream: StreamSettings;
}

/** KIS's notices: live 18/s and paper 1/s since 2026-04-20, new accounts 3/s since 2026-04-03. */
const PER_SECOND = { live: 18, paper: 1, "new-account": 3 } as const;

const DEFAULT_QUIRKS: Required<QuirkOptions> = {
  dailyMinutesOnPaper: false,
  tokenErrorStatus: 500,
  endedTokenCode: "EGW00121",
  sameEndedToken: false,
  oneToken: false,
  bookingMs: 6000,
  corrections: [],
  auctionSettleMs: 1_800_000,
  extendedRows: true,
  depthDays: 250,
  duplicateHolidays: false,
  holidayRows: 24,
  holidayDays: Number.POSITIVE_INFINITY,
  blankSettlement: true,
  unifiedNeedsNextrade: true,
  voidRows: true,
  idleDailyRow: "zero",
  adjustedVolume: true,
  rescaledMinutes: "prices",
  echoDailyMinutes: false,
  dated: true,
};

const NAMES: readonly string[] = Object.keys({
  seed: true,
  now: true,
  clock: true,
  symbols: true,
  actions: true,
  instruments: true,
  market: true,
  calendar: true,
  environment: true,
  limits: true,
  faults: true,
  appKey: true,
  appSecret: true,
  quirks: true,
  stream: true,
} satisfies Record<keyof KisSimulatorOptions, true>);

const LIMIT_NAMES: readonly string[] = Object.keys({
  perSecond: true,
  tokenPerSecond: true,
  tokenPerMinute: true,
  refusalStatus: true,
  window: true,
  countRefused: true,
  newAccountUntil: true,
  others: true,
  servers: true,
} satisfies Record<keyof LimitOptions, true>);

/** @throws {@link ConfigError} if a name is no option's, or an option is out of range. */
export function serverConfig(options: KisSimulatorOptions, seed: number): ServerConfig {
  checkNames(options, NAMES);
  const environment = options.environment ?? "live";
  if (environment !== "live" && environment !== "paper") {
    throw new ConfigError("environment", '"live" or "paper"', environment);
  }
  if (options.now !== undefined && !Number.isFinite(options.now)) {
    throw new ConfigError("now", "epoch milliseconds", options.now);
  }
  for (const option of ["appKey", "appSecret"] as const) {
    if (options[option] === "") throw new ConfigError(option, "a text that is not empty", "an empty one");
  }
  const given = options.limits;
  const limits: LimitOptions =
    typeof given === "object"
      ? given
      : typeof given === "string"
        ? { perSecond: preset(given) }
        : given === undefined
          ? {}
          : { perSecond: given };
  checkNames(limits, LIMIT_NAMES, "limits");
  const quirks: Required<QuirkOptions> = { ...DEFAULT_QUIRKS, ...options.quirks };
  checkQuirks(quirks);
  const perSecond = limits.perSecond ?? PER_SECOND[environment];
  return {
    seed,
    environment,
    appKey: options.appKey ?? "test",
    appSecret: options.appSecret ?? "test",
    limits: {
      perSecond: rate("limits.perSecond", perSecond),
      tokenPerSecond: rate("limits.tokenPerSecond", limits.tokenPerSecond ?? 1),
      tokenPerMinute: limits.tokenPerMinute ?? true,
      refusalStatus: limits.refusalStatus ?? 500,
      window: oneOf("limits.window", ["sliding", "fixed"], limits.window ?? "sliding"),
      countRefused: limits.countRefused ?? false,
      newAccountUntil: limits.newAccountUntil,
      others: limits.others,
      servers: serverCount(limits.servers ?? 1),
    },
    quirks,
    booking: { bookingMs: quirks.bookingMs, ...correctionsOf(quirks.corrections, seed) },
    stream: streamSettings(options.stream),
  };
}

function preset(name: keyof typeof PER_SECOND): number {
  if (!Object.hasOwn(PER_SECOND, name)) throw new ConfigError("limits", "live, paper or new-account", name);
  return PER_SECOND[name];
}

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  idleDailyRow: ["zero", "flat"],
  rescaledMinutes: ["prices", "prices-and-volume", "none"],
};

/** A misspelt quirk would be the default in silence. */
function checkQuirks(quirks: Required<QuirkOptions>): void {
  for (const [name, value] of Object.entries(quirks)) {
    if (!Object.hasOwn(DEFAULT_QUIRKS, name)) {
      throw new ConfigError("quirks", `made of ${Object.keys(DEFAULT_QUIRKS).join(", ")}`, name);
    }
    const choices = CHOICES[name];
    if (choices !== undefined) oneOf(`quirks.${name}`, choices, value as string);
    const least = /Days$|Rows$/.test(name) ? 1 : 0;
    if (typeof value === "number" && !(value >= least)) {
      throw new ConfigError(`quirks.${name}`, `at least ${least}`, value);
    }
  }
}

function oneOf<T extends string>(option: string, choices: readonly T[], value: T): T {
  if (!choices.includes(value)) throw new ConfigError(option, choices.join(" or "), value);
  return value;
}

function serverCount(count: number): number {
  if (!Number.isInteger(count) || count < 1)
    throw new ConfigError("limits.servers", "an integer from 1", count);
  return count;
}

function rate(option: string, value: number | false): number {
  if (value === false) return Number.POSITIVE_INFINITY;
  if (typeof value !== "number" || !(value > 0))
    throw new ConfigError(option, "a positive number or false", value);
  return value;
}

function correctionsOf(
  given: CorrectionShare | readonly Correction[],
  seed: number,
): Pick<Booking, "maxCorrectionMs" | "correctionMs"> {
  if ("probability" in given) {
    const { probability, afterMs } = given;
    const draw = (symbol: string, minuteMs: number): number =>
      fractionOf(hashText(`${seed}/correction/${symbol}/${minuteMs}`));
    return {
      maxCorrectionMs: afterMs,
      correctionMs: (symbol, minuteMs) => (draw(symbol, minuteMs) < probability ? afterMs : 0),
    };
  }
  const named = new Map(given.map(({ symbol, time, afterMs }) => [`${symbol}/${time}`, afterMs]));
  return {
    maxCorrectionMs: Math.max(0, ...named.values()),
    correctionMs: (symbol, minuteMs) => named.get(`${symbol}/${minuteMs}`) ?? 0,
  };
}

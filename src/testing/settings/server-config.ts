import { ConfigError, checkNames } from "../../core/index.js";
import type { Booking } from "../market/index.js";
import { fractionOf, hashText } from "../random.js";
import type {
  Correction,
  CorrectionShare,
  KisSimulatorOptions,
  LimitOptions,
  QuirkOptions,
} from "./simulator-options.js";
import { type StreamSettings, streamSettings } from "./stream-options.js";

/** The options of a simulator, checked, with all defaults filled in. */
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

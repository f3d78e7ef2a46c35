export { type RetrySettings, type TimeLimit, attemptWithin, withRetries } from "./attempt.js";
export { type BarRule, brokenRule, isTradedBar } from "./bar-rules.js";
export { type Clock, type ClockOption, checkClock, systemClock } from "./clock.js";
export * from "./errors.js";
export { SETTLE_MS, countThrough, finalAt, finalCount } from "./final-minutes.js";
export { errnoOf, makeFolders } from "./folders/index.js";
export {
  KST_OFFSET_MS,
  MINUTE_MS,
  formatKstStamp,
  kstDay,
  kstInstant,
  kstTime,
  minuteOf,
  parseKstStamp,
} from "./kst.js";
export { type Logger, createWarningLogger, silentLogger, warningLogger } from "./logger.js";
export type {
  MinuteBar,
  MinuteBars,
  MinuteBarsRequest,
  MinuteEvidence,
  MinuteHole,
  OddBar,
  OutsideTrades,
} from "./minute-bar.js";
export { checkBytes, checkIterable, checkNames, checkOptions, checkPort, checkSignal } from "./options.js";
export type { StandardIssue, StandardResult, StandardSchema } from "./standard-schema.js";
export {
  checkIndexCode,
  checkIndexCodes,
  checkSymbol,
  checkSymbolOrIndex,
  checkSymbols,
  checkSymbolsOrIndices,
  isIndexCode,
  isIsinAt,
  isSymbol,
  isSymbolOrIndex,
} from "./symbol.js";
export {
  type TradingDay,
  addDays,
  addDaysWithin,
  checkDay,
  compactDay,
  daysBetween,
  eachDay,
  expandDay,
  isTradingDayText,
  weekdayOf,
} from "./trading-day.js";
export {
  type Hours,
  type Venue,
  type VenueCode,
  checkHours,
  checkVenue,
  venueCode,
  venueOfCode,
} from "./venue.js";
export { raceAbort } from "./race-abort.js";
export { SIMULATOR_HEADER, VERSION } from "./provenance.js";

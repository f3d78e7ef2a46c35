export type {
  CallOptions,
  CorporateHeaders,
  QuoteOptions,
  KisHooks,
  KisRequestEvent,
  KisRetryEvent,
  KisTokenIssuedEvent,
  RetryOptions,
} from "./calls/index.js";
export type { DailyBar, DailyBarsRequest, HolidaysOptions, KisRequest, Trade } from "./reads/index.js";
export type {
  BookLevel,
  KisEnvironment,
  OddDay,
  Period,
  Holiday,
  KisInstrument,
  Quote,
} from "./wire/index.js";

export type {
  BookEvent,
  ConnectionEvent,
  ExpectedEvent,
  GapEvent,
  IndexEvent,
  KisStream,
  LaggingEvent,
  OperationEvent,
  RegistrationEvent,
  SocketEvents,
  StreamConnector,
  StreamEvent,
  StreamFeed,
  StreamOptions,
  StreamSocket,
  StreamStatus,
  TradeEvent,
  TradeStreamEvent,
  TradeStreamOptions,
} from "./stream/index.js";
export { openWebSocket } from "./stream/index.js";
export type { IssuedTokens } from "./kis-session.js";
export { KisClient } from "./kis-client.js";
export type { KisEnv } from "./kis-env.js";
export type { KisClientOptions } from "./kis-options.js";
export {
  createLimiter,
  type Limiter,
  type LimiterOptions,
  type Pace,
  type ScheduleOptions,
  type Turn,
  RATE_PRESETS,
  type Rate,
  type RatePreset,
  type RedisClient,
} from "./pace/index.js";

export {
  type FileTokenStoreOptions,
  createFileTokenStore,
  type ObjectTokenStoreOptions,
  createObjectTokenStore,
  type StoredToken,
  type TokenKey,
  type TokenStore,
  createMemoryTokenStore,
} from "./token/index.js";
export type {
  CorporateActionsRequest,
  IndexBar,
  IndexBarsRequest,
  IndexMinuteBar,
  IndexMinuteBars,
  IndexMinutesRequest,
  InvestorFlowsRequest,
} from "./reads/index.js";
export type { CorporateAction, CorporateActionKind, InvestorFlow, NetFlow } from "./wire/index.js";

export { createAuthDesk, type AuthDesk } from "./auth-desk.js";
export { buildRequest } from "./build-request.js";
export type { CallOptions, QuoteOptions } from "./call-options.js";
export {
  createEvents,
  type KisHooks,
  type KisRequestEvent,
  type KisRetryEvent,
  type KisTokenIssuedEvent,
} from "./events.js";
export { createAttempt, createExchange, type SendOptions } from "./exchange.js";
export type { Fetched, KisCaller } from "./kis-caller.js";
export { createRedact } from "./redact.js";
export { checkRetry, type RetryOptions } from "./retry-policy.js";
export { createTransport } from "./transport.js";

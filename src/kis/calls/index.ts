export { createAttempt } from "./attempt.js";
export { createAuthCaller, type AuthCaller } from "./auth-caller.js";
export type { CorporateHeaders } from "./build-request.js";
export {
  callOptionsOf,
  checkTimeout,
  type CallOptions,
  type QuoteOptions,
  type SendOptions,
} from "./call-options.js";
export { createCaller, createEnding, type Fetched, type KisCaller } from "./caller.js";
export {
  createEvents,
  type KisHooks,
  type KisRequestEvent,
  type KisRetryEvent,
  type KisTokenIssuedEvent,
} from "./events.js";
export { createRedact } from "./redact.js";
export { checkRetry, type RetryOptions } from "./retry-policy.js";
export { createTransport } from "./transport.js";

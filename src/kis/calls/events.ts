import { channel } from "node:diagnostics_channel";
import type { Logger } from "../../core/index.js";

/** One attempt of one call has ended. Published on `hantoo:kis:request` too. */
export interface KisRequestEvent {
  /** Transaction id, or the path of a token call. */
  readonly trId: string;
  /** Path of the endpoint, without the host. */
  readonly path: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** HTTP status; absent if no answer came. */
  readonly status?: number;
  /** `msg_cd` or `error_code` of a refusal; absent on success. */
  readonly msgCd?: string;
  /** Whether KIS answered and did not refuse. */
  readonly ok: boolean;
  /** Milliseconds in the limiter's line. */
  readonly queuedMs: number;
  /** Milliseconds from sending to the last byte. */
  readonly durationMs: number;
}

/** A call will be tried again. Published on `hantoo:kis:retry` too. */
export interface KisRetryEvent {
  /** Transaction id of the call, such as `FHKST03010230`. */
  readonly trId: string;
  /** Path of the endpoint, without the host. */
  readonly path: string;
  /** The attempt that failed; 1 for the first. */
  readonly attempt: number;
  /** Why: KIS's code, or `transport` or `timeout`. */
  readonly reason: string;
  /** Milliseconds until the next attempt joins the line. */
  readonly delayMs: number;
}

/** KIS issued a token; each one sends the account's owner a message. Published on `hantoo:kis:token-issued` too. */
export interface KisTokenIssuedEvent {
  /** The system that accepts the token: `live` or `paper`. */
  readonly environment: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** How long the issue took, in milliseconds. */
  readonly durationMs: number;
}

/** Functions that a client calls to report its work. If one throws or rejects, that is logged and changes nothing. */
export interface KisHooks {
  /** An attempt has ended. */
  readonly onRequest?: (event: KisRequestEvent) => unknown;
  /** A call will be tried again. */
  readonly onRetry?: (event: KisRetryEvent) => unknown;
  /** KIS issued a token. */
  readonly onTokenIssued?: (event: KisTokenIssuedEvent) => unknown;
}

export interface KisEvents {
  request(event: KisRequestEvent): void;
  retry(event: KisRetryEvent): void;
  tokenIssued(event: KisTokenIssuedEvent): void;
  /** Runs a function of the caller's. If it throws or rejects, that is logged under `name`. */
  guard(name: string, hook: () => unknown): void;
}

/** Sends events to hooks, diagnostics channels and the log. @param tellsRetries - whether retries are logged. */
export function createEvents(hooks: KisHooks, logger: Logger, tellsRetries: boolean): KisEvents {
  const channels = {
    request: channel("hantoo:kis:request"),
    retry: channel("hantoo:kis:retry"),
    tokenIssued: channel("hantoo:kis:token-issued"),
  };
  const failed = (name: string, err: unknown): void => {
    logger.error({ hook: name, err }, "a hook failed; ignored");
  };
  const guard = (name: string, hook: () => unknown): void => {
    try {
      const result = hook();
      if (result instanceof Promise) result.catch((error: unknown) => failed(name, error));
    } catch (error) {
      failed(name, error);
    }
  };
  const tell = <T extends object>(
    name: keyof typeof channels,
    hook: ((event: T) => unknown) | undefined,
    event: T,
  ) => {
    if (channels[name].hasSubscribers) channels[name].publish(event);
    if (hook !== undefined) guard(name, () => hook(event));
  };
  return {
    guard,
    request(event) {
      logger.debug(event, "KIS answered");
      tell("request", hooks.onRequest, event);
    },
    retry(event) {
      if (tellsRetries) logger.warn(event, "trying a call to KIS again");
      tell("retry", hooks.onRetry, event);
    },
    tokenIssued(event) {
      logger.info(event, "KIS issued a token");
      tell("tokenIssued", hooks.onTokenIssued, event);
    },
  };
}

import type { TradingCalendar } from "../../calendar/index.js";
import type { Clock, Logger } from "../../core/index.js";
import type { FeedKey } from "./registrations.js";
import type { StreamEvent } from "./stream-events.js";
import type { StreamConnector, StreamLock } from "./socket/index.js";

/** Longest sleep. A clock that was moved in one step is noticed within it. */
export const LONGEST_SLEEP_MS = 5000;

/** What a stream needs of the client it belongs to. */
export interface StreamPorts {
  /** `undefined` if it is not known; then no socket can be opened. */
  readonly url: string | undefined;
  readonly custtype: string;
  readonly connect: StreamConnector;
  readonly lock: StreamLock;
  /** Fetches a new approval key, a secret, before the socket is opened. */
  readonly approve: (signal: AbortSignal) => Promise<string>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly calendar: TradingCalendar;
}

/** A stream that the hub serves. */
export interface Listener {
  readonly ports: StreamPorts;
  readonly keys: readonly FeedKey[];
  take(event: StreamEvent): void;
  registered(key: FeedKey, how: "subscribed" | "refused", code?: string): void;
  /** Ends the stream by an error that waiting cannot cure. */
  fail(error: unknown): void;
}

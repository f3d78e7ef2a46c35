import { EventQueue } from "./event-queue.js";
import { type FeedKey, nameOf } from "./registrations.js";
import type { StreamEvent } from "./stream-events.js";
import type { StreamHub } from "./stream-hub.js";
import type { StreamSettings } from "./stream-options.js";
import type { Listener, StreamPorts } from "./stream-ports.js";

/** The state of a stream. Wanted, acknowledged and delivering are three sets, because they were seen to differ. */
export interface StreamStatus {
  /** Whether the socket is open now. */
  readonly connected: boolean;
  /** Registrations that the session takes, for all streams of the key together; learned when KIS refuses one. */
  readonly cap: number;
  /** Registrations of this stream. Every set holds `TR/key`, such as `H0STCNT0/005930`. */
  readonly desired: readonly string[];
  /** Those that KIS took on this connection. */
  readonly acknowledged: readonly string[];
  /** Those that brought a record since then: no quiet symbol, and no feed that KIS took and never sends. */
  readonly delivering: readonly string[];
  /** Those that KIS refused, or that are beyond the cap. */
  readonly refused: readonly string[];
  /** Events that wait for the consumer. */
  readonly queued: number;
}

/**
 * A stream of events, read by one loop. It registers with KIS when the first event is asked for. Leaving the loop, the
 * signal and the client's `close()` each end its registrations. With the last registration the session ends, too.
 */
export interface KisStream<Event extends StreamEvent = StreamEvent>
  extends AsyncIterableIterator<Event>, AsyncDisposable {
  /** The state of the stream now; a new object each time. */
  readonly status: StreamStatus;
  /** Ends the stream and drops waiting events. Resolves when KIS has no registration of it left. */
  return(): Promise<IteratorResult<Event, undefined>>;
  /** The stream itself, which can be read once. */
  [Symbol.asyncIterator](): KisStream<Event>;
}

const DONE = { done: true, value: undefined } as const;

/** One consumer of a hub. */
export class KeyStream implements Listener, KisStream {
  readonly ports: StreamPorts;
  readonly keys: readonly FeedKey[];
  readonly #hub: () => StreamHub;
  readonly #queue: EventQueue;
  readonly #signal: AbortSignal | undefined;
  readonly #onEnd: (stream: KeyStream) => void;
  #attached: StreamHub | undefined;
  #state: "new" | "open" | "ended" | "failed" = "new";
  #error: unknown;
  #waiting: (() => void)[] = [];
  #leaving: Promise<void> | undefined;

  constructor(
    settings: StreamSettings,
    ports: StreamPorts,
    hub: () => StreamHub,
    onEnd: (stream: KeyStream) => void,
  ) {
    this.keys = settings.keys;
    this.ports = ports;
    this.#hub = hub;
    this.#queue = new EventQueue(settings.maxQueued);
    this.#signal = settings.signal;
    this.#onEnd = onEnd;
  }

  /** The state of the stream now; a new object each time. */
  get status(): StreamStatus {
    const registrations = this.#attached?.registrations;
    const names = this.keys.map(({ trId, key }) => nameOf(trId, key));
    const inState = (...states: string[]): string[] =>
      this.keys
        .filter(({ trId, key }) => states.includes(registrations?.find(trId, key)?.state ?? ""))
        .map(({ trId, key }) => nameOf(trId, key));
    return {
      connected: this.#attached?.isConnected === true,
      cap: this.#hub().registrations.cap,
      desired: names,
      acknowledged: inState("acknowledged"),
      delivering: this.keys
        .filter(({ trId, key }) => registrations?.find(trId, key)?.isDelivering === true)
        .map(({ trId, key }) => nameOf(trId, key)),
      refused: inState("refused", "over-cap"),
      queued: this.#queue.length,
    };
  }

  async next(): Promise<IteratorResult<StreamEvent, undefined>> {
    if (this.#state === "new") this.#start();
    for (;;) {
      if (this.#signal?.aborted === true) {
        await this.#leave();
        throw this.#signal.reason;
      }
      const event = this.#queue.pull();
      if (event !== undefined) return { done: false, value: event };
      if (this.#state === "failed") {
        // The error is thrown once.
        this.#state = "ended";
        throw this.#error;
      }
      if (this.#state === "ended") return DONE;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async return(): Promise<IteratorResult<StreamEvent, undefined>> {
    while (this.#queue.pull() !== undefined);
    await this.#leave();
    return DONE;
  }

  /** Ends it as `return` does, but still delivers the events that wait. */
  end(): Promise<void> {
    return this.#leave();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  take(event: StreamEvent): void {
    this.#queue.push(event);
    this.#wake();
  }

  registered({ feed, key }: FeedKey, how: "subscribed" | "refused", code?: string): void {
    this.take({ kind: how, symbol: key, feed, ...(code === undefined ? {} : { code }) });
  }

  fail(error: unknown): void {
    this.#error = error;
    this.#attached = undefined;
    this.#close("failed");
  }

  #start(): void {
    this.#signal?.throwIfAborted();
    this.#state = "open";
    this.#attached = this.#hub();
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#attached.attach(this);
  }

  readonly #onAbort = (): void => {
    void this.#leave();
  };

  #leave(): Promise<void> {
    this.#close("ended");
    const hub = this.#attached;
    this.#attached = undefined;
    this.#leaving ??= hub?.detach(this);
    return this.#leaving ?? Promise.resolve();
  }

  #close(state: "ended" | "failed"): void {
    if (this.#state !== "failed") this.#state = state;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#onEnd(this);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

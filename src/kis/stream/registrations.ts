import { CONTROL_CODES, type TradeRecord } from "../wire/index.js";
import type { StreamEvent, StreamFeed } from "./stream-events.js";
import { TradeSequence } from "./trade-sequence.js";

/** What is registered at KIS: one key on one stream. */
export interface FeedKey {
  readonly feed: StreamFeed;
  readonly trId: string;
  /** The symbol, or the index. */
  readonly key: string;
}

/** A stream that receives what a registration delivers. */
interface Subscriber {
  take(event: StreamEvent): void;
  registered(key: FeedKey, how: "subscribed" | "refused", code?: string): void;
}

/** One registration: who receives its events, and its state on this connection. */
export interface Registration<W extends Subscriber = Subscriber> extends FeedKey {
  readonly subscribers: Set<W>;
  readonly sequence: TradeSequence;
  /** Gives an event to every subscriber. */
  readonly emit: (event: StreamEvent) => void;
  state: "desired" | "sent" | "acknowledged" | "unanswered" | "over-cap" | "refused";
  /** Monotonic ms of when it was sent. */
  sentAt: number;
  /** Why it is refused. */
  code: string | undefined;
  /** Whether a record came since it was acknowledged on this connection. */
  isDelivering: boolean;
}

/** Registrations a session takes. @see KIS notice of 2026-04-20 (read 2026-11-28) */
export const DEFAULT_CAP = 41;

export const nameOf = (trId: string, key: string): string => `${trId}/${key}`;

/**
 * Keeps three things apart: what streams want, what KIS acknowledged, and what delivers records. A program that did not
 * took seven feeds for running while they sent nothing for an hour.
 */
export class Registrations<W extends Subscriber> {
  readonly #all = new Map<string, Registration<W>>();
  #cap = DEFAULT_CAP;
  readonly #onOdd: (record: TradeRecord) => void;

  /** @param onOdd - hears of a record of trades that others contradict. */
  constructor(onOdd?: (record: TradeRecord) => void) {
    this.#onOdd = onOdd ?? (() => undefined);
  }

  /** How many this session takes: learned from OPSP0008, and kept until the next connection. */
  get cap(): number {
    return this.#cap;
  }

  /** Adds a stream that wants a key. If KIS has already answered for the key, the stream is told at once. */
  add(key: FeedKey, who: W): void {
    const name = nameOf(key.trId, key.key);
    let found = this.#all.get(name);
    if (found === undefined) {
      const subscribers = new Set<W>();
      found = {
        ...key,
        subscribers,
        sequence: new TradeSequence(this.#onOdd),
        emit: (event) => {
          for (const one of subscribers) one.take(event);
        },
        sentAt: 0,
        state: "desired",
        code: undefined,
        isDelivering: false,
      };
      this.#all.set(name, found);
    }
    found.subscribers.add(who);
    if (found.state === "acknowledged") who.registered(found, "subscribed");
    if (found.state === "refused") who.registered(found, "refused", found.code);
    if (found.state === "over-cap") who.registered(found, "refused", CONTROL_CODES.full);
  }

  /** @returns those that no stream wants and that KIS still has, or may have. */
  drop(who: W): Registration<W>[] {
    const ended: Registration<W>[] = [];
    for (const [name, found] of this.#all) {
      if (!found.subscribers.delete(who) || found.subscribers.size > 0) continue;
      this.#all.delete(name);
      if (["acknowledged", "sent", "unanswered"].includes(found.state)) ended.push(found);
    }
    return ended;
  }

  find(trId: string, key: string): Registration<W> | undefined {
    return this.#all.get(nameOf(trId, key));
  }

  values(): Iterable<Registration<W>> {
    return this.#all.values();
  }

  /** Starts over for a new connection, where none is registered. What KIS refused for good stays refused. */
  reset(): void {
    this.#cap = DEFAULT_CAP;
    for (const found of this.#all.values()) {
      found.isDelivering = false;
      if (found.state !== "refused") found.state = "desired";
    }
  }

  /** Whether one waits to be sent. */
  get isWaiting(): boolean {
    const taken = this.#taken;
    for (const { state } of this.#all.values())
      if (state === "desired" || (state === "over-cap" && taken < this.#cap)) return true;
    return false;
  }

  /**
   * @param now - monotonic ms.
   * @returns the next one to send, marked as sent. Those beyond the cap are refused without being sent.
   */
  next(now: number): Registration<W> | undefined {
    const taken = this.#taken;
    for (const found of this.#all.values()) {
      if (found.state !== "desired" && !(found.state === "over-cap" && taken < this.#cap)) continue;
      if (taken >= this.#cap) {
        found.state = "over-cap";
        this.#tell(found, "refused", CONTROL_CODES.full);
        continue;
      }
      found.state = "sent";
      found.sentAt = now;
      return found;
    }
    return undefined;
  }

  /** Takes KIS's answer to a registration. */
  answered(found: Registration<W>, code: string): void {
    if (CONTROL_CODES.accepted.has(code)) {
      found.state = "acknowledged";
      this.#tell(found, "subscribed");
    } else if (code === CONTROL_CODES.full) {
      found.state = "over-cap";
      this.#cap = Math.min(this.#cap, this.acknowledged.length);
      this.#tell(found, "refused", code);
    } else if (CONTROL_CODES.passing.has(code)) {
      // Asked again after a while, as if there had been no answer.
      found.state = "unanswered";
      this.#tell(found, "refused", code);
    } else {
      found.state = "refused";
      found.code = code;
      this.#tell(found, "refused", code);
    }
  }

  get #taken(): number {
    let taken = 0;
    for (const { state } of this.#all.values()) if (state === "acknowledged" || state === "sent") taken++;
    return taken;
  }

  get acknowledged(): Registration<W>[] {
    return [...this.#all.values()].filter(({ state }) => state === "acknowledged");
  }

  #tell(found: Registration<W>, how: "subscribed" | "refused", code?: string): void {
    for (const who of found.subscribers) who.registered(found, how, code);
  }
}

import type { GapEvent, LaggingEvent, StreamEvent } from "./stream-events.js";

/** A consumer is told that it lags at this many waiting events, and at each doubling. */
const FIRST_LAG = 1000;

/**
 * The events that wait for one consumer. Nothing is lost up to a bound. Beyond it, trades become gaps, which are exact
 * because every trade carries its volume. Order books and the like are dropped: the next one replaces them.
 */
export class EventQueue {
  readonly #maxQueued: number;
  #events: StreamEvent[] = [];
  #head = 0;
  #toldAt: number;
  #mustTell = false;
  /** Once the bound is reached, nothing is taken until half of it is free: otherwise each gap would hold one trade. */
  #isFull = false;
  readonly #missed = new Map<string, GapEvent>();
  /** Epoch ms of each symbol's last trade taken. A gap before the first one does not concern this consumer. */
  readonly #lastAt = new Map<string, number>();

  constructor(maxQueued: number) {
    this.#maxQueued = maxQueued;
    this.#toldAt = this.#firstLag;
  }

  get length(): number {
    return this.#events.length - this.#head;
  }

  push(event: StreamEvent): void {
    if (event.kind === "trade" || event.kind === "gap") this.#pushTrade(event);
    else if (isState(event) || !this.#isOver()) this.#add(event);
  }

  /** @returns the next event; `undefined` if there is none. */
  pull(): StreamEvent | undefined {
    const queued = this.length;
    if (this.#mustTell) {
      this.#mustTell = false;
      return { kind: "lagging", queued } satisfies LaggingEvent;
    }
    if (queued === 0) {
      this.#isFull = false;
      this.#toldAt = this.#firstLag;
      for (const symbol of this.#missed.keys()) this.#addMissed(symbol);
    }
    const event = this.#events[this.#head];
    if (event === undefined) return undefined;
    this.#head++;
    // Taking from the front of a long array is slow; cutting it now and then is not.
    if (this.#head > 1024 && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
    return event;
  }

  #pushTrade(event: Extract<StreamEvent, { kind: "trade" | "gap" }>): void {
    const { symbol } = event;
    const last = this.#lastAt.get(symbol);
    if (event.kind === "gap") {
      if (last === undefined) return;
      if (this.#isOver()) this.#miss(symbol, event.shares, event.turnover, event.from, event.to);
      else {
        this.#addMissed(symbol);
        this.#add(event);
      }
      return;
    }
    this.#lastAt.set(symbol, event.time);
    if (this.#isOver()) {
      const { volume, price, time } = event;
      this.#miss(symbol, volume, volume * price, last ?? time, time);
      return;
    }
    this.#addMissed(symbol);
    this.#add(event);
  }

  #miss(symbol: string, shares: number, turnover: number, from: number, to: number): void {
    const before = this.#missed.get(symbol);
    this.#missed.set(symbol, {
      kind: "gap",
      symbol,
      shares: shares + (before?.shares ?? 0),
      turnover: turnover + (before?.turnover ?? 0),
      from: before?.from ?? from,
      to,
    });
  }

  #addMissed(symbol: string): void {
    const gap = this.#missed.get(symbol);
    if (gap === undefined) return;
    this.#missed.delete(symbol);
    this.#add(gap);
  }

  #add(event: StreamEvent): void {
    this.#events.push(event);
    if (this.length < this.#toldAt) return;
    this.#mustTell = true;
    this.#toldAt *= 2;
  }

  #isOver(): boolean {
    if (this.length >= this.#maxQueued) this.#isFull = true;
    else if (this.length <= this.#maxQueued / 2) this.#isFull = false;
    return this.#isFull;
  }

  get #firstLag(): number {
    return Math.max(1, Math.min(FIRST_LAG, Math.ceil(this.#maxQueued / 2)));
  }
}

/** Events about the stream itself are never dropped. */
function isState({ kind }: StreamEvent): boolean {
  return kind === "connected" || kind === "disconnected" || kind === "subscribed" || kind === "refused";
}

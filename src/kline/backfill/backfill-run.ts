import type { Clock, TradingDay } from "../../core/index.js";
import { type Fetched, writeBatch } from "./backfill-batch.js";
import type { Account, Pace } from "./backfill-pace.js";
import { type PlannedTarget, WINDOW } from "./backfill-plan.js";
import { Despair, type Outcome, failureOf, outcomeOf, stopsRun } from "./backfill-step.js";
import type { DayTable } from "../../archive/index.js";
import type { SymbolDay } from "../evidence/index.js";

/** What a {@link BackfillRun} needs of the world. */
interface RunPorts {
  readonly clock: Clock;
  /** What is stored of a target's day. */
  readonly stored: (target: PlannedTarget) => Promise<DayTable>;
  /** `onCall` is to be called before each request; what it throws must come back as the error. */
  readonly fetch: (target: PlannedTarget, stored: DayTable, how: FetchHow) => Promise<SymbolDay>;
  readonly write: (table: DayTable) => Promise<void>;
  readonly emptyTable: (day: TradingDay) => DayTable;
  /** Something has moved on. */
  readonly onChange: () => void;
}

/** What goes along with a fetch. */
interface FetchHow {
  readonly signal: AbortSignal;
  readonly onCall: () => void;
}

/** How a {@link BackfillRun} goes about it. */
interface RunLimits {
  readonly concurrency: number;
  /** Targets written together. */
  readonly batch: number;
  readonly staggerMs: number;
}

/** Thrown into a fetch that would pass the ceiling of calls. */
const ceiling = Symbol("maxCalls");

/**
 * Fetches targets, several at a time and in order, and writes them in batches, a batch while the next is fetched.
 * No more than {@link WINDOW} are ever begun and not yet taken by {@link next}.
 */
export class BackfillRun {
  /** Why it ended early. */
  stopReason: "maxCalls" | "deadline" | undefined;
  /** Outcomes known so far, taken or not. */
  settled = 0;
  /** Of these, failures. */
  failed = 0;
  readonly #queue: readonly PlannedTarget[];
  readonly #ports: RunPorts;
  readonly #pace: Pace;
  readonly #limits: RunLimits;
  readonly #cut = new AbortController();
  readonly #despair = new Despair();
  readonly #ready: Outcome[] = [];
  readonly #fetched: Fetched[] = [];
  #at = 0;
  #inFlight = 0;
  #owed = 0;
  #isWriting = false;
  #isStopped = false;
  #stopError: { readonly error: unknown } | undefined;
  #startAfter = -Infinity;
  #wake: () => void = () => undefined;

  constructor(queue: readonly PlannedTarget[], ports: RunPorts, pace: Pace, limits: RunLimits) {
    this.#queue = queue;
    this.#ports = ports;
    this.#pace = pace;
    this.#limits = limits;
  }

  /**
   * @returns the next outcome, durable; `undefined` after the last one.
   * @throws what ended the run for all (a refused rate, a refused key, the error given to {@link stop}), after
   * everything fetched was written and told.
   */
  async next(): Promise<Outcome | undefined> {
    for (;;) {
      this.#pump();
      const outcome = this.#ready.shift();
      if (outcome !== undefined) {
        this.#owed--;
        this.#pump();
        return outcome;
      }
      if (this.#isOver()) {
        this.#cut.abort();
        if (this.#stopError !== undefined) throw this.#stopError.error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Begins nothing more, cuts off what is in flight, and lets {@link next} throw `error` in the end, if given. */
  stop(error?: unknown): void {
    this.#isStopped = true;
    if (error !== undefined) this.#stopError ??= { error };
    this.#cut.abort();
    this.#pump();
  }

  /** Ends the run where its consumer left it; what was fetched is written all the same. */
  async close(): Promise<void> {
    this.stop();
    while ((await this.next().catch(() => undefined)) !== undefined);
  }

  /** Cuts the run off in time for its last upload. */
  async watchDeadline(): Promise<void> {
    const { clock } = this.#ports;
    for (;;) {
      const leftMs = this.#pace.cutOffAt - clock.monotonic();
      if (this.#cut.signal.aborted || leftMs === Infinity) return;
      if (leftMs <= 0) break;
      await clock.sleep(leftMs, this.#cut.signal).catch(() => undefined);
    }
    this.stopReason ??= "deadline";
    this.stop();
  }

  // Once cut off, nothing in flight is waited for: a source that does not listen must not hold up the end.
  get #isFetching(): boolean {
    return this.#inFlight > 0 && !this.#cut.signal.aborted;
  }

  #isOver(): boolean {
    if (this.#isWriting || this.#isFetching || this.#fetched.length + this.#ready.length > 0) return false;
    return this.#isStopped || this.#at >= this.#queue.length;
  }

  #pump(): void {
    while (this.#startNext());
    const isFull = this.#fetched.length >= this.#limits.batch;
    // Waiting for a stagger is not being at an end: the batch goes on filling.
    const isAtEnd = this.#fetched.length > 0 && !this.#isFetching && !this.#isStaggering();
    if (!this.#isWriting && (isFull || isAtEnd)) void this.#writeBatch();
    this.#wake();
  }

  #startNext(): boolean {
    const target = this.#queue[this.#at];
    if (target === undefined || this.#isStopped || this.#owed >= WINDOW) return false;
    if (this.#despair.fault !== undefined) {
      this.#at++;
      this.#owed++;
      this.#pace.drop(target.calls);
      this.#settle(failureOf(target, this.#despair.fault.error));
      return true;
    }
    if (this.#inFlight >= this.#limits.concurrency || this.#isStaggering()) return false;
    const now = this.#ports.clock.monotonic();
    const verdict = this.#pace.mayStart(target.calls, now);
    if (verdict === "wait") return false;
    if (verdict !== "yes") {
      this.stopReason ??= verdict;
      this.#isStopped = true;
      return false;
    }
    this.#at++;
    this.#owed++;
    this.#inFlight++;
    this.#stagger(now);
    void this.#fetch(target, this.#pace.begin(target.calls, now), now);
    return true;
  }

  #isStaggering(): boolean {
    const isMore = this.#at < this.#queue.length && !this.#isStopped;
    return isMore && this.#ports.clock.monotonic() < this.#startAfter;
  }

  #stagger(now: number): void {
    const { staggerMs } = this.#limits;
    if (staggerMs === 0) return;
    this.#startAfter = now + staggerMs;
    this.#ports.clock.sleep(staggerMs, this.#cut.signal).then(
      () => this.#pump(),
      () => undefined,
    );
  }

  async #fetch(target: PlannedTarget, account: Account, startedAt: number): Promise<void> {
    const { clock, stored, fetch } = this.#ports;
    let day: SymbolDay | undefined;
    let fault: { readonly error: unknown } | undefined;
    let isAsked = false;
    try {
      const table = await stored(target);
      isAsked = true;
      const onCall = (): void => {
        if (!this.#pace.maySend(account)) throw ceiling;
      };
      day = await fetch(target, table, { signal: this.#cut.signal, onCall });
      if (day.error !== undefined) fault = { error: day.error };
    } catch (error) {
      fault = { error };
    }
    if (this.#cut.signal.aborted) return;
    // Where the source does not tell what a failed fetch cost, the plan is charged, so that a ceiling holds.
    const told = fault !== undefined && isAsked ? target.calls : (day?.calls ?? 0);
    const calls = account.sent || (day?.calls ?? 0) || told;
    this.#inFlight--;
    this.#pace.end(account, calls, clock.monotonic() - startedAt);
    this.#despair.fetched(fault?.error);
    if (fault?.error === ceiling) this.#endAtCeiling();
    else if (fault !== undefined && stopsRun(fault.error)) this.stop(fault.error);
    else {
      if (day === undefined) this.#settle(failureOf(target, fault?.error, calls));
      else if (day.cells.length > 0) this.#fetched.push({ target, day, calls });
      else this.#settle(outcomeOf(target, day, calls));
      this.#pump();
    }
    this.#ports.onChange();
  }

  /** A target whose retries used up the calls is not told: the next run takes it up again. */
  #endAtCeiling(): void {
    this.stopReason ??= "maxCalls";
    this.#isStopped = true;
    this.#owed--;
    this.#pump();
  }

  async #writeBatch(): Promise<void> {
    const { clock, onChange } = this.#ports;
    const startedAt = clock.monotonic();
    this.#isWriting = true;
    const { outcomes, fault } = await writeBatch(this.#fetched.splice(0), this.#ports);
    this.#isWriting = false;
    for (const outcome of outcomes) this.#settle(outcome);
    this.#despair.wrote(fault);
    this.#pace.wrote(clock.monotonic() - startedAt);
    this.#pump();
    onChange();
  }

  #settle(outcome: Outcome): void {
    this.settled++;
    if (outcome.status === "failed") this.failed++;
    this.#ready.push(outcome);
  }
}

/** The limits of a {@link Budget}. */
export interface BudgetLimits {
  /** Requests that all pieces cost at the most, as planned. */
  readonly plannedCalls: number;
  /** Calls a second the source allows: the pace assumed before one is known. */
  readonly ratePerSecond: number;
  readonly concurrency: number;
  /** Requests at the most, retries included. @defaultValue no ceiling */
  readonly maxCalls?: number;
  /** Monotonic ms by which everything must have ended. @defaultValue never */
  readonly deadlineAt?: number;
}

/** Least time reserved for an upload; S3 takes a fraction of it. */
const WRITE_RESERVE_MS = 1000;

/** The calls of one fetch: counted one by one if the source reports them, else when it ends. */
export interface Account {
  readonly planned: number;
  /** Requests sent so far; stays 0 if the source does not report them. */
  sent: number;
}

/** Counts what a run has spent, what is reserved for pieces in flight, and how long things take. */
export class Budget {
  readonly #limits: BudgetLimits;
  #startedAt: number | undefined;
  #spent = 0;
  #reserved = 0;
  #settled = 0;
  #inFlight = 0;
  #msPerCall = 0;
  #writeMs = WRITE_RESERVE_MS;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /** Requests made. */
  get calls(): number {
    return this.#spent;
  }

  /** When fetching must end so that the last upload ends in time; monotonic ms. */
  get cutOffAt(): number {
    return (this.#limits.deadlineAt ?? Infinity) - this.#writeMs;
  }

  /** Whether a piece of `calls` can be begun; `"wait"` if that depends on those in flight. */
  mayStart(calls: number, now: number): "yes" | "wait" | "maxCalls" | "deadline" {
    if (now + this.#predictMs(calls) > this.cutOffAt) return "deadline";
    if (this.#spent + this.#reserved + calls <= (this.#limits.maxCalls ?? Infinity)) return "yes";
    return this.#reserved > 0 ? "wait" : "maxCalls";
  }

  begin(planned: number, now: number): Account {
    this.#startedAt ??= now;
    this.#reserved += planned;
    this.#inFlight += planned;
    return { planned, sent: 0 };
  }

  /** @returns whether a request may be sent, retries included; it is charged then. */
  maySend(account: Account): boolean {
    const isPlanned = account.sent < account.planned;
    // A retry may not use what is reserved for others in flight.
    if (this.#spent + this.#reserved + (isPlanned ? 0 : 1) > (this.#limits.maxCalls ?? Infinity))
      return false;
    if (isPlanned) this.#reserved--;
    this.#spent++;
    account.sent++;
    return true;
  }

  /** A fetch has ended. @param told - the calls that its answer reports; counted if none was counted before. */
  end(account: Account, told: number, tookMs: number): void {
    const { planned, sent } = account;
    this.#reserved -= Math.max(0, planned - sent);
    this.#inFlight -= planned;
    if (sent === 0) this.#spent += told;
    this.#settled += planned;
    // The slowest so far, forgotten slowly: one slow answer should not end a run an hour early.
    if (planned > 0) this.#msPerCall = Math.max(tookMs / planned, this.#msPerCall * 0.98);
  }

  /** A piece will not be fetched: its calls are off the plan. */
  drop(planned: number): void {
    this.#settled += planned;
  }

  wrote(tookMs: number): void {
    this.#writeMs = Math.max(this.#writeMs, 2 * tookMs);
  }

  /** Milliseconds to the end, and the rate so far. */
  read(now: number): { readonly ratePerSecond: number; readonly etaMs: number } {
    const { plannedCalls, ratePerSecond } = this.#limits;
    const elapsed = this.#startedAt === undefined ? 0 : now - this.#startedAt;
    // Pieces in flight are half done, on average.
    const done = this.#settled + this.#inFlight / 2;
    const left = Math.max(0, plannedCalls - done);
    const known = elapsed > 0 && this.#settled > 0;
    return {
      ratePerSecond: elapsed > 0 ? this.#spent / (elapsed / 1000) : 0,
      etaMs: known ? (elapsed * left) / done : (left / ratePerSecond) * 1000,
    };
  }

  #predictMs(calls: number): number {
    const { concurrency, ratePerSecond } = this.#limits;
    return calls * (this.#msPerCall || (concurrency / ratePerSecond) * 1000);
  }
}

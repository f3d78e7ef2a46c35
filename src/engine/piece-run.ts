import { type Clock, isRetryable } from "../core/index.js";
import type { Account, Budget } from "./budget.js";
import { CEILING, isNetworkError, reachOf } from "./reach.js";

/** One thing to fetch, such as a symbol's day. */
export interface Piece {
  /** Pieces of one group share what is wrong with it, such as a day that the source does not offer. */
  readonly group: string;
  /** Requests it costs at the most, retries aside. */
  readonly calls: number;
}

/** The answer for a piece, as far as the engine reads it. */
export interface Fetched {
  /** Requests made, as the source says; 0 if it does not. */
  readonly calls: number;
  /** Rows to be stored; without any the piece is settled at once. */
  readonly rows: number;
  /** Why it is not whole. Its rows are good all the same. */
  readonly error?: unknown;
  /** It failed without a request: nothing was asked, or another piece's fetch showed the failure. @defaultValue false */
  readonly isFree?: boolean;
}

/** What goes along with a fetch. */
export interface FetchOptions {
  /** Aborted when the run no longer waits for the answer. */
  readonly signal: AbortSignal;
  /** To be called before each request; what it throws must come back, untouched, as the fetch's `error`. */
  readonly onCall: () => void;
}

/** A piece that is over: durable, or failed. */
export interface Settled<P, F> {
  readonly piece: P;
  /** What was fetched; absent where nothing was. */
  readonly fetched?: F;
  /** Why it failed: the fetch, or the upload. */
  readonly error?: unknown;
  /** Requests made; those planned, if a failure does not say. */
  readonly calls: number;
}

/** A piece whose rows are there and wait to be stored. */
export type Answered<P, F> = Settled<P, F> & { readonly fetched: F };

/** What a {@link PieceRun} fetches, with what, and within which limits. */
interface PieceRunOptions<P extends Piece, F extends Fetched> {
  /** In the order they are fetched in. */
  readonly pieces: readonly P[];
  /** Whether another piece's fetch has already fetched it, so that it costs no call. @defaultValue never */
  readonly isAhead?: (piece: P) => boolean;
  /** Fetches one. Failures are in its `error`; what it rejects with ends the run. */
  readonly fetch: (piece: P, options: FetchOptions) => Promise<F>;
  /**
   * Stores what was fetched. One call at a time.
   *
   * @returns the groups of which nothing could be stored, and why.
   */
  readonly store: (batch: readonly Answered<P, F>[]) => Promise<ReadonlyMap<string, unknown>>;
  readonly clock: Clock;
  readonly budget: Budget;
  /** Pieces asked for at a time; the source paces the requests. */
  readonly concurrency: number;
  /** Most pieces begun and not yet taken from {@link PieceRun.results}: a kill costs at most so many. */
  readonly window: number;
  /** When a batch is stored: after so many pieces, or so long after its first. */
  readonly batch: { readonly pieces: number; readonly ms?: number };
  /** Milliseconds between the beginnings of two pieces, at the least. @defaultValue 0 */
  readonly staggerMs?: number;
  /**
   * Whether there is no room for more. Then nothing is begun until a batch is stored; it is an empty one if the room was
   * already full before this run. @defaultValue never
   */
  readonly isFull?: () => boolean;
  /** Go on while the store fails, as long as there is room. @defaultValue false: see {@link HOPELESS} */
  readonly outlivesStore?: boolean;
  /** Called after each change; what it throws ends the run. */
  readonly onChange?: () => void;
}

/** Failures in a row after which the rest is given up; the client or the store has retried each of them. */
const HOPELESS = { network: 10, store: 3 } as const;

/** A text, since the stack of the Error that `abort()` makes would keep a day's table in memory, 81 MB for a market. */
const CUT_OFF = "the run no longer waits";

/**
 * Fetches pieces, several at a time and in order, and stores them in batches, one batch while the next is fetched.
 *
 * An error that concerns more than its piece ({@link reachOf}) ends the run, or fails the rest of its group without a
 * call; so do a dead network and a store that takes nothing. Whatever happens, what was fetched is stored and yielded.
 */
export class PieceRun<P extends Piece, F extends Fetched> {
  /** Why it ended before its last piece. Pieces that were not begun are not yielded. */
  stopReason: "maxCalls" | "deadline" | "source" | "caller" | undefined;
  /** The first error that concerned more than its own piece, and where it came from. */
  fault: { readonly error: unknown; readonly by: "source" | "store" } | undefined;
  /** Pieces that were answered or given up. */
  answered = 0;
  /** Pieces that are settled, taken or not. */
  settled = 0;
  /** Pieces that failed so far. */
  failed = 0;
  readonly #options: PieceRunOptions<P, F>;
  readonly #cut = new AbortController();
  readonly #lostGroups = new Map<string, { readonly error: unknown }>();
  readonly #ready: Settled<P, F>[] = [];
  /** The position of each piece that is begun and not settled. */
  readonly #places = new Map<P, number>();
  #fetched: Answered<P, F>[] = [];
  #givenUp: { readonly error: unknown } | undefined;
  #endsWith: { readonly error: unknown } | undefined;
  #at = 0;
  #inFlight = 0;
  #owed = 0;
  #batchSince = 0;
  #isStoring = false;
  #isStopped = false;
  #networkFailures = 0;
  #storeFailures = 0;
  #startAfter = -Infinity;
  #wake: () => void = () => undefined;

  constructor(options: PieceRunOptions<P, F>) {
    this.#options = options;
  }

  /**
   * Runs. Leaving the loop ends the run; what was fetched is stored all the same.
   *
   * @param signal - aborting begins nothing more and waits for nothing in flight.
   * @returns the pieces, each once, as soon as they are over.
   * @throws the signal's reason, or what `fetch`, `store` or `onChange` threw, after everything fetched was yielded.
   */
  async *results(signal?: AbortSignal): AsyncGenerator<Settled<P, F>, void, undefined> {
    const onAbort = (): void => this.#stop({ error: signal?.reason });
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    void this.#watchDeadline();
    try {
      for (let over = await this.#next(); over !== undefined; over = await this.#next()) yield over;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#stop();
      while ((await this.#next().catch(() => undefined)) !== undefined);
    }
  }

  async #next(): Promise<Settled<P, F> | undefined> {
    for (;;) {
      this.#pump();
      const settled = this.#ready.shift();
      if (settled !== undefined) {
        this.#owed--;
        this.#pump();
        return settled;
      }
      if (this.#isOver()) {
        this.#cut.abort(CUT_OFF);
        if (this.#endsWith !== undefined) throw this.#endsWith.error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Begins nothing more, waits for nothing in flight, and throws `end`, if given, after everything was yielded. */
  #stop(end?: { readonly error: unknown }): void {
    if (!this.#isOver()) this.#endEarly("caller");
    this.#endsWith ??= end;
    this.#cut.abort(CUT_OFF);
    this.#pump();
  }

  /** Stops the run in time for its last upload. */
  async #watchDeadline(): Promise<void> {
    const { clock, budget } = this.#options;
    for (;;) {
      const leftMs = budget.cutOffAt - clock.monotonic();
      if (this.#cut.signal.aborted || leftMs === Infinity) return;
      if (leftMs <= 0) break;
      await clock.sleep(leftMs, this.#cut.signal).catch(() => undefined);
    }
    this.#endEarly("deadline");
    this.#stop();
  }

  #endEarly(reason: NonNullable<typeof this.stopReason>): void {
    this.stopReason ??= reason;
    this.#isStopped = true;
  }

  // After an abort nothing in flight is waited for: a source that ignores its signal must not delay the end.
  get #isFetching(): boolean {
    return this.#inFlight > 0 && !this.#cut.signal.aborted;
  }

  #isOver(): boolean {
    if (this.#isStoring || this.#isFetching || this.#fetched.length + this.#ready.length > 0) return false;
    return this.#isStopped || this.#at >= this.#options.pieces.length;
  }

  #pump(): void {
    while (this.#startNext());
    if (!this.#isStoring && (this.#isBatchDue() || this.#isStuck())) void this.#storeBatch();
    this.#wake();
  }

  #isBatchDue(): boolean {
    if (this.#fetched.length === 0) return false;
    const { batch, clock } = this.#options;
    if (this.#fetched.length >= batch.pieces || this.#isFull()) return true;
    if (clock.monotonic() - this.#batchSince >= (batch.ms ?? Infinity)) return true;
    // While only a stagger pause is waited for, the batch goes on filling.
    return !this.#isFetching && !this.#isStaggering();
  }

  /** Whether an earlier run left no room: then an empty batch is stored first, so that what it left is uploaded. */
  #isStuck(): boolean {
    if (this.#isStopped || this.#at >= this.#options.pieces.length) return false;
    return this.#fetched.length === 0 && !this.#isFetching && this.#isFull() && this.#givenUp === undefined;
  }

  #isFull(): boolean {
    return this.#options.isFull?.() ?? false;
  }

  #startNext(): boolean {
    const { pieces, concurrency, window, budget, clock } = this.#options;
    const piece = pieces[this.#at];
    if (piece === undefined || this.#isStopped || this.#owed >= window) return false;
    const lost = this.#givenUp ?? this.#lostGroups.get(piece.group);
    if (lost !== undefined) {
      this.#at++;
      this.#owed++;
      this.answered++;
      budget.drop(piece.calls);
      this.#settle({ piece, error: lost.error, calls: 0 });
      return true;
    }
    if (this.#inFlight >= concurrency || this.#isStaggering() || this.#isFull()) return false;
    const now = clock.monotonic();
    const calls = this.#options.isAhead?.(piece) === true ? 0 : piece.calls;
    const verdict = budget.mayStart(calls, now);
    if (verdict === "wait") return false;
    if (verdict !== "yes") {
      this.#endEarly(verdict);
      return false;
    }
    this.#at++;
    this.#owed++;
    this.#inFlight++;
    this.#stagger(now);
    this.#places.set(piece, this.#at);
    budget.drop(piece.calls - calls);
    void this.#fetch(piece, budget.begin(calls, now), now);
    return true;
  }

  #isStaggering(): boolean {
    const isMore = this.#at < this.#options.pieces.length && !this.#isStopped;
    return isMore && this.#options.clock.monotonic() < this.#startAfter;
  }

  #stagger(now: number): void {
    const { staggerMs = 0, clock } = this.#options;
    if (staggerMs === 0) return;
    this.#startAfter = now + staggerMs;
    clock.sleep(staggerMs, this.#cut.signal).then(
      () => this.#pump(),
      () => undefined,
    );
  }

  async #fetch(piece: P, account: Account, startedAt: number): Promise<void> {
    const { clock, fetch, budget } = this.#options;
    const onCall = (): void => {
      if (!budget.maySend(account)) throw CEILING;
    };
    let fetched: F;
    try {
      fetched = await fetch(piece, { signal: this.#cut.signal, onCall });
    } catch (error) {
      if (!this.#cut.signal.aborted) this.#stop({ error });
      return;
    }
    if (this.#cut.signal.aborted) return;
    const { error } = fetched;
    // If a failed fetch does not say what it cost, the planned calls are counted, so that the ceiling holds.
    const isFree = error === undefined || fetched.isFree === true;
    const calls = account.sent || fetched.calls || (isFree ? 0 : piece.calls);
    this.#inFlight--;
    budget.end(account, calls, clock.monotonic() - startedAt);
    if (error === CEILING) {
      // It is not yielded: the next run fetches it.
      this.#owed--;
      this.#endEarly("maxCalls");
    } else {
      this.answered++;
      this.#judge(piece, error);
      const settled = { piece, fetched, calls, ...(error === undefined ? {} : { error }) };
      if (fetched.rows === 0) this.#settle(settled);
      else {
        if (this.#fetched.length === 0) this.#batchSince = clock.monotonic();
        this.#fetched.push(settled);
      }
    }
    this.#pump();
    this.#tell();
  }

  /** Decides what else an error concerns besides its piece. */
  #judge({ group }: P, error: unknown): void {
    this.#networkFailures = isNetworkError(error) ? this.#networkFailures + 1 : 0;
    const isDead = this.#networkFailures >= HOPELESS.network;
    const reach = isDead ? "all" : reachOf(error);
    if (reach === "piece") return;
    this.fault ??= { error, by: "source" };
    if (isDead) this.#givenUp ??= { error };
    else if (reach === "group") this.#lostGroups.set(group, { error });
    else this.#endEarly("source");
  }

  async #storeBatch(): Promise<void> {
    const { clock, budget, store } = this.#options;
    const startedAt = clock.monotonic();
    // In the order in which they were begun, not in that of the answers.
    const batch = this.#fetched.sort((a, b) => this.#placeOf(a.piece) - this.#placeOf(b.piece));
    this.#fetched = [];
    this.#isStoring = true;
    let lost: ReadonlyMap<string, unknown> = new Map();
    try {
      lost = await store(batch);
    } catch (error) {
      this.#stop({ error });
    }
    this.#isStoring = false;
    if (batch.length === 0 && lost.size === 0 && !this.#isStopped && this.#isFull()) {
      this.#stop({ error: new Error("a store that took what waits left no room") });
    }
    for (const settled of batch) {
      const { group } = settled.piece;
      this.#settle(lost.has(group) ? { ...settled, error: lost.get(group) } : settled);
    }
    this.#judgeStore(lost, new Set(batch.map(({ piece }) => piece.group)).size);
    budget.wrote(clock.monotonic() - startedAt);
    this.#pump();
    this.#tell();
  }

  /** A listener that throws ends the run. */
  #tell(): void {
    try {
      this.#options.onChange?.();
    } catch (error) {
      this.#stop({ error });
    }
  }

  #judgeStore(lost: ReadonlyMap<string, unknown>, groups: number): void {
    // An empty batch was to upload what an earlier run had left.
    const isLost = lost.size > 0 && lost.size >= groups;
    this.#storeFailures = isLost ? this.#storeFailures + 1 : 0;
    if (!isLost) return;
    const [error] = lost.values();
    const isHopeless = this.#storeFailures >= HOPELESS.store || !isRetryable(error);
    if (!this.#isFull() && (this.#options.outlivesStore === true || !isHopeless)) return;
    this.fault ??= { error, by: "store" };
    this.#givenUp ??= { error };
  }

  #placeOf(piece: P): number {
    return this.#places.get(piece) ?? 0;
  }

  #settle(settled: Settled<P, F>): void {
    this.settled++;
    this.#places.delete(settled.piece);
    if (settled.error !== undefined) this.failed++;
    this.#ready.push(settled);
  }
}

import { type MinuteBars, type MinuteBarsRequest, type TradingDay, checkSymbol } from "../core/index.js";
import { type CallOptions, type QuoteOptions, callOptionsOf } from "./calls/index.js";
import type { KisStream, StreamOptions, TradeStreamEvent, TradeStreamOptions } from "./stream/index.js";
import {
  type DailyBar,
  type DailyBarsRequest,
  fetchDailyBars,
  HolidayReader,
  type HolidaysOptions,
  MinuteReader,
  TradingDayReader,
  fetchPages,
  fetchQuote,
  fetchQuotes,
  fetchTrades,
  type KisRequest,
  applySchema,
  checkRequest,
  type CorporateActionsRequest,
  fetchCorporateActions,
  fetchIndexBars,
  fetchIndexMinutes,
  fetchInvestorFlows,
  type IndexBar,
  type IndexBarsRequest,
  type IndexMinuteBars,
  type IndexMinutesRequest,
  type InvestorFlowsRequest,
  type Trade,
  unknownSymbol,
} from "./reads/index.js";
import {
  type KisEnvironment,
  checkOffered,
  issueApprovalKey,
  revokeToken,
  type CorporateAction,
  type InvestorFlow,
  DAY_PAGE_ROWS,
  type Holiday,
  type KisInstrument,
  instrumentInfo,
  type Quote,
  TODAY_PAGE_ROWS,
} from "./wire/index.js";
import { type KisEnv, readEnv } from "./kis-env.js";
import { type KisClientOptions, type KisSettings, checkClientOptions } from "./kis-options.js";
import { type IssuedTokens, type KisSession, createKisSession } from "./kis-session.js";
import type { Pace } from "./pace/index.js";

/**
 * Trading days back from today that KIS keeps minutes of, today included: they reached back to 2025-09-03 on 2026-09-14.
 * Paper has today's alone.
 */
const KEPT_DAYS = { live: 251, paper: 1 } as const;

/**
 * Korean market data from KIS. Calls are paced and share one token, and every answer is typed. The client only reads: it
 * has no order calls, so a key in CI cannot trade.
 *
 * @example
 * ```ts
 * await using client = KisClient.fromEnv(process.env);
 * const day = await client.minuteBars({ symbol: "005930", tradingDay: "2026-11-20" });
 * console.log(day.bars.length, day.complete, day.holes);
 * ```
 */
export class KisClient {
  /** The system that the key belongs to: `live` or `paper`. */
  readonly environment: KisEnvironment;
  readonly #settings: KisSettings;
  readonly #session: KisSession;
  readonly #holidays: HolidayReader;
  readonly #tradingDays: TradingDayReader;
  readonly #minutes: MinuteReader;

  /** @throws {@link ConfigError} naming the first option that is missing, unknown or out of range. */
  constructor(options: KisClientOptions) {
    this.#settings = checkClientOptions(options);
    this.environment = this.#settings.environment;
    this.#session = createKisSession(this.#settings);
    const { call, facts } = this.#session;
    const now = (): number => this.#settings.clock.now();
    this.#holidays = new HolidayReader(call, now);
    this.#minutes = new MinuteReader({ ...this.#settings, call, keptDays: this.capacity.keptDays });
    this.#tradingDays = new TradingDayReader({
      ...this.#settings,
      call,
      memory: facts,
      holidays: (from) => this.#holidays.read(from, {}),
      now,
    });
  }

  /**
   * A client from `env`, such as `process.env`: `KIS_APP_KEY`, `KIS_APP_SECRET` and, where set, `KIS_ENVIRONMENT`,
   * `KIS_BASE_URL`, `KIS_WEBSOCKET_URL` and `KIS_RATE_LIMIT` (a preset or a number).
   *
   * @example
   * ```ts
   * const client = KisClient.fromEnv(process.env, { logger: console });
   * ```
   * @throws {@link ConfigError} naming the variable that is missing or wrong.
   */
  static fromEnv(env: KisEnv, options: Omit<KisClientOptions, "appKey" | "appSecret"> = {}): KisClient {
    return new KisClient(readEnv(env, options));
  }

  /** For planning: calls a second at full pace, minutes one call covers, and trading days that KIS keeps. */
  get capacity(): Readonly<Record<"ratePerSecond" | "minutesPerCall" | "keptDays", number>> {
    return {
      ratePerSecond: this.#session.limiter.ratePerSecond,
      minutesPerCall: this.environment === "live" ? DAY_PAGE_ROWS : TODAY_PAGE_ROWS - 1,
      keptDays: this.#settings.paperPastMinutes === "try" ? KEPT_DAYS.live : KEPT_DAYS[this.environment],
    };
  }

  /** How fast calls leave now, and what was learned of KIS's limit. */
  get pace(): Pace {
    const { pace, ratePerSecond } = this.#session.limiter;
    return pace ?? { ceiling: ratePerSecond, current: ratePerSecond, refusals: 0, learnedAt: undefined };
  }

  /** Tokens that this client had issued (each sends the account's owner a message), and when the last was, epoch ms. */
  get tokens(): IssuedTokens {
    return this.#session.issuedTokens;
  }

  /**
   * Where the bars come from: `"kis-live"` or `"kis-paper"` on KIS's own hosts, `"simulator"` once an answer said so,
   * else `"host:NAME"`. It is known from the first answer on.
   */
  get provenance(): string {
    return this.#session.provenance;
  }

  /**
   * The traded, final minutes of one symbol's day: today so far, or any day KIS still has (about a year; live).
   *
   * A past day costs 4 calls at the most, one more for daily rows as a witness (a symbol and 100 days, kept for the KST
   * day; until the next trading day begins, only where rows are missing), and a second look at each page that shows a
   * hole or an odd bar. `from` saves calls only for today, where the shares before it are known from an earlier
   * request: `accVolume` counts from the session's first minute.
   *
   * @returns bars ascending by `time`, how far the answer speaks (`through`, `complete`), and what it cannot vouch for.
   * @throws {@link ConfigError} before I/O if the day is closed, lies ahead, or a name is no symbol.
   * @throws {@link KisUnsupportedError} before I/O for a past day on paper.
   * @throws {@link IncompleteDataError} if KIS's rows end too early and nothing explains it; retryable while KIS keeps
   *   the day.
   * @throws {@link KisApiError} if KIS refuses, or does not know the symbol.
   * @example
   * ```ts
   * const { bars, complete, holes } = await client.minuteBars({ symbol: "005930", tradingDay: "2026-11-20" });
   * const today = await client.minuteBars({ symbol: "005930" }); // closed minutes so far
   * ```
   */
  minuteBars(request: MinuteBarsRequest & CallOptions): Promise<MinuteBars> {
    return this.#minutes.read(request);
  }

  /**
   * Bars of any span, one for each day, week, month or year: one call for each 100 bars.
   *
   * @returns ascending; empty before a listing and after a delisting. Days without a trade are as KIS has them: a
   *   repeated close, volume 0.
   * @throws {@link ConfigError} before I/O if the request is wrong.
   * @throws {@link KisApiError} if KIS refuses, or does not know the symbol.
   * @example
   * ```ts
   * const days = await client.dailyBars({ symbol: "005930", from: "2026-01-02", to: "2026-11-20" });
   * ```
   */
  async dailyBars(request: DailyBarsRequest): Promise<DailyBar[]> {
    const bars: DailyBar[] = [];
    for await (const bar of this.iterateDailyBars(request)) bars.push(bar);
    return bars;
  }

  /** {@link dailyBars} one by one, ascending. Calls are made as the bars are read; leaving the loop ends them. */
  iterateDailyBars(request: DailyBarsRequest): AsyncGenerator<DailyBar, void, undefined> {
    const { calendar, clock, logger } = this.#settings;
    return fetchDailyBars(request, { call: this.#session.call, calendar, logger, now: () => clock.now() });
  }

  /**
   * Bars of an index over any span, one for each day, week, month or year: one call for each 50 bars.
   *
   * @returns ascending; points, volume in shares and turnover in KRW.
   * @throws {@link ConfigError} before I/O if an option is wrong.
   * @throws {@link KisSchemaError} if another index answers than was asked for: KIS's 1001 is KOSDAQ.
   * @example
   * ```ts
   * const kospi = await client.indexBars({ index: "0001", from: "2026-01-02", to: "2026-11-20" });
   * ```
   */
  indexBars(request: IndexBarsRequest): Promise<IndexBar[]> {
    const { calendar, clock } = this.#settings;
    return fetchIndexBars(request, this.#session.call, { calendar, now: () => clock.now() });
  }

  /**
   * The last minutes of an index, about 102 of them; live only. KIS has no earlier ones: ask at least every 95 minutes.
   *
   * @returns ended minutes, ascending.
   * @throws {@link KisUnsupportedError} before I/O on paper.
   * @throws {@link KisSchemaError} if another index answers.
   */
  indexMinutes(request: IndexMinutesRequest): Promise<IndexMinuteBars> {
    return fetchIndexMinutes(request, this.#session.call, this.#settings.calendar);
  }

  /** Net purchases of a symbol by groups of investors, in shares and KRW: the days that KIS has, about 30, ascending. */
  investorFlows(request: InvestorFlowsRequest): Promise<InvestorFlow[]> {
    return fetchInvestorFlows(request, this.#session.call);
  }

  /**
   * Corporate actions of one symbol or the whole market, from a calendar of the securities depository; live only. They
   * are for information: hantoo measures the factor of an action from prices.
   *
   * @throws {@link ConfigError} before I/O if an option is wrong; {@link KisUnsupportedError} on paper.
   * @example
   * ```ts
   * const splits = await client.corporateActions({ kind: "split", from: "2026-11-01", to: "2026-11-20" });
   * ```
   */
  corporateActions(request: CorporateActionsRequest): Promise<CorporateAction[]> {
    return fetchCorporateActions(request, this.#session.call);
  }

  /**
   * The current quote of one symbol.
   *
   * @throws {@link KisApiError} if KIS refuses, or does not know the symbol.
   * @example
   * ```ts
   * const { price, changePercent } = await client.quote("005930");
   * ```
   */
  quote(symbol: string, options: QuoteOptions = {}): Promise<Quote> {
    return fetchQuote(symbol, this.#session.call, options);
  }

  /**
   * The current quotes of many symbols: 30 a call on live, one a call on paper.
   *
   * @returns in the order asked for. A symbol that KIS does not know is left out: match them by `symbol`.
   * @throws {@link ConfigError} before I/O for a name that is no symbol.
   * @example
   * ```ts
   * const [samsung, hynix] = await client.quotes(["005930", "000660"]);
   * ```
   */
  quotes(symbols: Iterable<string>, options: QuoteOptions = {}): Promise<Quote[]> {
    return fetchQuotes(symbols, this.environment, this.#session.call, options);
  }

  /**
   * The latest trades of a symbol, 30 at the most.
   *
   * @returns ascending by time. KIS sends no date: trades are dated by the latest trading day that fits.
   */
  trades(symbol: string, options: QuoteOptions = {}): Promise<readonly Trade[]> {
    return fetchTrades(symbol, this.#session.call, options, this.#settings);
  }

  /**
   * Open and closed days from `from` to `to`, as KIS's ledger has them; live only. Makes only the calls that these days
   * need. The answer is kept for the KST day, because KIS asks for one call a day. Compare it with `krx.differences()`.
   *
   * @returns ascending by day. A day comes twice where KIS contradicts itself, and not at all where KIS says nothing.
   * @throws {@link KisUnsupportedError} before I/O on paper.
   * @example
   * ```ts
   * const ahead = krx.differences(await client.holidays("2026-11-21")); // 30 days
   * ```
   */
  async holidays(from: TradingDay, options: HolidaysOptions = {}): Promise<readonly Holiday[]> {
    checkOffered("CTCA0903R", this.environment);
    return this.#holidays.read(from, options);
  }

  /**
   * Whether the market opens, or opened, on a day, as KIS itself says: today and later from chk-holiday, asked once a KST
   * day and kept beside the token; past days, and all on paper, from the KOSPI's daily rows.
   *
   * @returns `undefined` where KIS cannot tell, or could not be asked.
   * @throws {@link ConfigError} if `day` is none.
   */
  async tradingDay(day: TradingDay): Promise<boolean | undefined> {
    return this.#tradingDays.ask(day);
  }

  /**
   * What a symbol is: name, market, listing, whether Nextrade trades it; live only.
   *
   * @throws {@link KisUnsupportedError} before I/O on paper.
   * @throws {@link KisApiError} if KIS does not know the symbol.
   */
  async instrument(symbol: string, options: CallOptions = {}): Promise<KisInstrument> {
    const { value } = await this.#session.call(instrumentInfo(checkSymbol(symbol)), options);
    if (value === undefined) throw unknownSymbol(symbol, "KRX", "CTPF1002R");
    return value;
  }

  /**
   * Trades as they happen, in order, each once. Where trades are missing, a gap says how many shares and KRW.
   *
   * All streams of a key in this process share one socket. It opens with the first event asked for, opens again when it
   * is lost, and closes with the last stream. A quiet symbol is no sign of loss: its next trade shows whether one was.
   *
   * @returns events in order. Leaving the loop ends the registrations, and `close()` ends the loop. The loop throws
   *   {@link ConfigError} if another process on this host streams with the key, {@link KisAuthError} if KIS does not
   *   accept the key, and the signal's reason.
   * @throws {@link ConfigError} before I/O if an option is wrong.
   * @throws {@link KisUnsupportedError} before I/O for what paper lacks: it has `H0STCNT0` and `H0STASP0`.
   * @example
   * ```ts
   * for await (const event of client.stream({ symbols: ["005930"] }))
   *   if (event.kind === "trade") console.log(event.time, event.price, event.volume);
   * ```
   */
  stream(options: TradeStreamOptions): KisStream<TradeStreamEvent>;
  /** The same with order books, expected prices, market operation and indices. */
  stream(options: StreamOptions): KisStream;
  stream(options: StreamOptions): KisStream {
    return this.#session.streams.open(options);
  }

  /**
   * Calls any other endpoint, with the same token, pace, retries and errors. A POST is sent again only if KIS refused it.
   *
   * @returns the body, as `schema` shapes it.
   * @throws {@link ConfigError} before I/O for an order: this client only reads.
   * @throws {@link KisSchemaError} if the body does not fit `schema`.
   * @example
   * ```ts
   * const path = "/uapi/domestic-stock/v1/quotations/inquire-asking-price-exp-ccn";
   * const params = { FID_COND_MRKT_DIV_CODE: "J", FID_INPUT_ISCD: "005930" };
   * const body = await client.request({ path, trId: "FHKST01010200", params });
   * ```
   */
  async request<Output = unknown>(request: KisRequest<Output>): Promise<Output> {
    const call = checkRequest(request);
    const { body } = await this.#session.call(call, request);
    return applySchema(request.schema, body);
  }

  /**
   * {@link KisClient.request} for an endpoint with pages (`tr_cont`). Each page is fetched when it is read.
   *
   * @throws {@link IncompleteDataError} if the pages lead in a circle, or pass `maxPages` (default 1000).
   */
  async *pages<Output = unknown>(
    request: KisRequest<Output> & { readonly maxPages?: number },
  ): AsyncGenerator<Output, void, undefined> {
    const call = checkRequest(request);
    const how = { ...callOptionsOf(request), maxPages: request.maxPages };
    for await (const { body } of fetchPages(call, this.#session.call, how))
      yield await applySchema(request.schema, body);
  }

  /**
   * Revokes the token at KIS and forgets it here. Programs that share it get a new one at their next call.
   *
   * @throws {@link KisApiError} if KIS refuses.
   */
  async revokeToken(options: CallOptions = {}): Promise<void> {
    const token = await this.#session.tokens.forget(options.signal);
    if (token !== undefined) await this.#session.auth(revokeToken(this.#settings, token), options);
  }

  /** A key for the WebSocket service, good for 24 hours, not kept here. @throws {@link KisAuthError} if refused. */
  approvalKey(options: CallOptions = {}): Promise<string> {
    return this.#session.auth(issueApprovalKey(this.#settings), options);
  }

  /** Rejects the calls that wait, and ends. The token stays valid, and a `limiter` of your own stays open. */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // What `console.log` prints: no key, no secret, no token.
  static {
    const inspect = (): string => "KisClient {}";
    Object.defineProperty(this.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: inspect });
  }

  /** @returns the environment alone: everything else may be secret. */
  toJSON(): Record<string, unknown> {
    return { environment: this.environment };
  }
}

import { joinSources, kindsOf } from "../archive/index.js";
import {
  type ClockOption,
  ConfigError,
  type HantooError,
  type Logger,
  type MinuteBarsRequest,
  type TradingDay,
  checkClock,
  checkIterable,
  checkOptions,
  isHantooError,
  createWarningLogger,
  retryAfterOf,
} from "../core/index.js";
import {
  type BarSource,
  LIVE_CAPACITY,
  type SourceBars,
  type SourceCapacity,
  type SourceIndexMinutesRequest,
  type SourcePace,
  type SourceTokens,
} from "./evidence/index.js";
import { type IndexMinuteSource, isIndexSource } from "./indices/index.js";

/** How to pool sources. */
export interface PoolSourcesOptions {
  /** Told when a source leaves the pool. @defaultValue a warning of the process, once */
  readonly logger?: Logger;
  /** @defaultValue the host's clock */
  readonly clock?: ClockOption;
}

interface Member {
  readonly source: BarSource;
  readonly capacity: SourceCapacity;
  /** Answers that are waited for. */
  inFlight: number;
  /** Answers asked for so far. */
  asked: number;
  hasAnswered: boolean;
  /** Monotonic ms before which nothing is asked of it. */
  restsUntil: number;
  /** Why it rests. */
  refusal: unknown;
}

/**
 * Makes one source of several, such as clients of several app keys; their rates add up. Each request goes to the source
 * with the shortest wait. A source whose key is refused leaves the pool with a warning, and its request goes to the
 * next. A source that is refused for the rate, or whose token stays refused, rests as long as the error says.
 *
 * @example
 * ```ts
 * const keys = [{ appKey: "…", appSecret: "…" }, { appKey: "…", appSecret: "…" }]; // of two app keys
 * const client = poolSources(keys.map((key) => new KisClient(key)), { logger: console });
 * const logger = new HantooKlineLogger({ client, store, symbols });
 * ```
 * @returns a source with the capacity of those that are in the pool; the sources are not closed with it.
 * @throws {@link ConfigError} if there is none, one cannot give bars, or they give bars of different kinds.
 */
export function poolSources(sources: Iterable<BarSource>, options: PoolSourcesOptions = {}): BarSource {
  checkOptions(options, "an object, or left out");
  const { logger = createWarningLogger() } = options;
  const clock = checkClock(options.clock);
  let members = checkSources(sources).map(memberOf);

  /** Why the last one left. */
  let lastFault: unknown;
  const leave = (member: Member, err: unknown): void => {
    lastFault = err;
    if (!members.includes(member)) return;
    members = members.filter((other) => other !== member);
    logger.warn({ err, left: members.length }, "a key is refused; its source leaves the pool");
  };

  /** The source with the shortest wait by its open requests; `undefined` if none may be asked now. */
  const choose = (tried: ReadonlySet<Member>): Member | undefined => {
    const now = clock.monotonic();
    let best: Member | undefined;
    for (const member of members) {
      if (tried.has(member) || member.restsUntil > now) continue;
      if (best === undefined || isShorter(member, best)) best = member;
    }
    return best;
  };

  const ask = async <T>(member: Member, work: (source: BarSource) => Promise<T>): Promise<T> => {
    member.inFlight++;
    member.asked++;
    try {
      const answer = await work(member.source);
      member.hasAnswered = true;
      return answer;
    } finally {
      member.inFlight--;
    }
  };

  /** A refused source leaves or rests. @throws any other error: it is the caller's. */
  const refuse = (member: Member, error: unknown): void => {
    if (!isHantooError(error)) throw error;
    if (isKeyRefused(error)) leave(member, error);
    else if (error.code === "kis_rate_limit" || error.code === "kis_auth") {
      member.restsUntil = clock.monotonic() + retryAfterOf(error);
      member.refusal = error;
    } else throw error;
  };

  /** Why none of them answered. One that rests answers later, so its error goes before that of a refused key. */
  const refusalOf = (asked: readonly Member[]): unknown => {
    const [resting] = asked
      .filter((member) => members.includes(member))
      .toSorted((a, b) => a.restsUntil - b.restsUntil);
    return resting === undefined ? lastFault : resting.refusal;
  };

  /** Gives a request to one source after the other until one answers. */
  const hand = async <T>(work: (source: BarSource) => Promise<T>): Promise<T> => {
    const tried = new Set<Member>();
    for (let member = choose(tried); member !== undefined; member = choose(tried)) {
      tried.add(member);
      try {
        return await ask(member, work);
      } catch (error) {
        refuse(member, error);
      }
    }
    throw refusalOf(members);
  };

  const hasIndices = members.every(({ source }) => isIndexSource(source));
  return {
    ...(hasIndices && {
      indexMinutes: (request: SourceIndexMinutesRequest) =>
        hand((source) => (source as IndexMinuteSource).indexMinutes(request)),
    }),

    get capacity(): SourceCapacity {
      const capacities = members.map(({ capacity }) => capacity);
      const of = capacities.length > 0 ? capacities : [LIVE_CAPACITY];
      return {
        ratePerSecond: of.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0),
        minutesPerCall: Math.min(...of.map(({ minutesPerCall }) => minutesPerCall)),
        keptDays: Math.min(...of.map(({ keptDays = LIVE_CAPACITY.keptDays }) => keptDays)),
      };
    },

    get pace(): SourcePace | undefined {
      const paces = members.flatMap(({ source }) => source.pace ?? []);
      if (paces.length === 0) return undefined;
      const sum = (of: (pace: SourcePace) => number): number =>
        paces.reduce((all, pace) => all + of(pace), 0);
      return {
        ceiling: sum(({ ceiling }) => ceiling),
        current: sum(({ current }) => current),
        refusals: sum(({ refusals }) => refusals),
      };
    },

    get tokens(): SourceTokens | undefined {
      const tokens = members.flatMap(({ source }) => source.tokens ?? []);
      if (tokens.length === 0) return undefined;
      const times = tokens.flatMap(({ issuedAt }) => issuedAt ?? []);
      return {
        issued: tokens.reduce((all, { issued }) => all + issued, 0),
        issuedAt: times.length === 0 ? undefined : Math.max(...times),
      };
    },

    get provenance(): string {
      // Before its first answer a source knows only its host.
      const known = members.filter(({ hasAnswered }) => hasAnswered);
      return joinSources((known.length > 0 ? known : members).map(({ source }) => source.provenance));
    },

    minuteBars: (request: MinuteBarsRequest): Promise<SourceBars> =>
      hand((source) => source.minuteBars(request)),

    async tradingDay(day: TradingDay): Promise<boolean | undefined> {
      const able = members.filter(({ source }) => source.tradingDay !== undefined);
      let isAnswered = able.length === 0 && members.length > 0;
      for (const member of able) {
        if (member.restsUntil > clock.monotonic()) continue;
        try {
          const said = await ask(member, async (source): Promise<boolean | undefined> =>
            source.tradingDay?.(day),
          );
          if (said !== undefined) return said;
          isAnswered = true;
        } catch (error) {
          refuse(member, error);
        }
      }
      if (!isAnswered) throw refusalOf(able);
      return undefined;
    },
  };
}

function checkSources(sources: Iterable<BarSource>): readonly BarSource[] {
  const list = [...checkIterable(sources, "sources", "an array of sources such as `KisClient`s")];
  if (list.length === 0) throw new ConfigError("sources", "one source at least", "none");
  for (const [index, source] of list.entries()) {
    if (typeof source?.minuteBars !== "function")
      throw new ConfigError(`sources[${index}]`, "a KisClient, or another source with `minuteBars`", source);
    if (list.indexOf(source) !== index)
      throw new ConfigError(
        `sources[${index}]`,
        "another source: the same one has its rate only once",
        "the same",
      );
  }
  const kinds = new Set(
    list.flatMap(({ provenance }) => (provenance === undefined ? [] : kindsOf(provenance))),
  );
  if (kinds.size > 1)
    throw new ConfigError(
      "sources",
      "sources of one kind: bars of different kinds must not be mixed unnoticed",
      [...kinds].join(" and "),
    );
  return list;
}

/** A key that is refused for good; a token that stays refused passes. */
const isKeyRefused = ({ code, retryable }: HantooError): boolean => code === "kis_auth" && !retryable;

function memberOf(source: BarSource): Member {
  return {
    source,
    capacity: source.capacity ?? LIVE_CAPACITY,
    inFlight: 0,
    asked: 0,
    hasAnswered: false,
    restsUntil: -Infinity,
    refusal: undefined,
  };
}

function isShorter(a: Member, b: Member): boolean {
  const waitOf = ({ inFlight, capacity }: Member): number => inFlight / capacity.ratePerSecond;
  const shareOf = ({ asked, capacity }: Member): number => asked / capacity.ratePerSecond;
  return waitOf(a) < waitOf(b) || (waitOf(a) === waitOf(b) && shareOf(a) < shareOf(b));
}

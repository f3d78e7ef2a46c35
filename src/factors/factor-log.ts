import {
  type Clock,
  ConfigError,
  type Logger,
  checkOptions,
  checkSymbol,
  formatKstStamp,
  parseKstStamp,
  silentLogger,
  warningLogger,
  systemClock,
} from "../core/index.js";
import {
  type LostObject,
  type NamedObject,
  SecondLook,
  checkKeyPrefix,
  createObjectLog,
  createRetrievalClock,
  readObjects,
} from "../archive/index.js";
import type { ObjectStore } from "../storage/index.js";
import { factorsInForce } from "./apply-factors.js";
import type { Factor } from "./factor.js";
import { formatFactors, parseFactors } from "./factor-lines.js";

/** Default prefix of factors. */
export const FACTOR_PREFIX = "hantoo-stock-factors";

/** Where factors are kept. */
export interface FactorLogOptions {
  /** Where the lines are. */
  readonly store: ObjectStore;
  /** Beginning of every key. @defaultValue "hantoo-stock-factors" */
  readonly prefix?: string;
  /** Where they were measured: a source's `provenance`. @defaultValue "unknown" */
  readonly provenance?: () => string | undefined;
  readonly clock?: Clock;
  /** 0 <= value < 1. Spreads writers over a store without conditional writes. @defaultValue Math.random */
  readonly random?: () => number;
  /** Told of damaged objects. @defaultValue silent */
  readonly logger?: Logger;
}

/** Factors of all symbols, append-only: a correction is a later observation of the same action. */
export interface FactorLog {
  /**
   * All observations, in the order of their objects. A damaged object is reported and left out.
   *
   * @throws {@link StorageError} if the store fails.
   */
  readAll(signal?: AbortSignal): Promise<readonly Factor[]>;
  /** Stores observations as one immutable object; nothing for none. @throws {@link StorageError} if the store fails. */
  append(factors: readonly Factor[], signal?: AbortSignal): Promise<void>;
  /**
   * Checks again what was appended to a store without conditional writes, and stores again what another writer's object
   * replaced. First waits by the host's clock until two seconds have passed since the last append.
   *
   * @throws {@link StorageError} if the store fails; what was not checked waits for the next time.
   */
  lookAgain(signal?: AbortSignal): Promise<void>;
}

const NAME = /^(\d{14})\.jsonl\.zstd$/;

function parseKey(prefix: string, key: string): NamedObject | undefined {
  const stamp = key.startsWith(`${prefix}/`) ? NAME.exec(key.slice(prefix.length + 1))?.[1] : undefined;
  const retrieval = stamp === undefined ? undefined : parseKstStamp(stamp);
  return retrieval === undefined ? undefined : { key, retrieval };
}

/** @throws {@link ConfigError} if an option is not usable. */
export function createFactorLog(options: FactorLogOptions): FactorLog {
  const { store, prefix = FACTOR_PREFIX, clock = systemClock, logger = silentLogger } = options;
  const retrievals = createRetrievalClock({ clock, random: options.random ?? Math.random });
  const secondLook = new SecondLook({ store, clock, logger });
  const log = createObjectLog<NamedObject>({
    store,
    prefix,
    parseKey,
    retrievals,
    logger,
    onUnguarded: secondLook.note,
  });
  const keyOf = (retrieval: number): string => `${prefix}/${formatKstStamp(retrieval)}.jsonl.zstd`;
  const list = (): Promise<NamedObject[]> => log.list(`${prefix}/`, () => true);
  return {
    async readAll(signal) {
      let factors: Factor[] = [];
      const { damaged } = await readObjects<NamedObject>({
        store,
        prefix,
        list,
        restart: () => void (factors = []),
        take(_object, content) {
          const parsed = parseFactors(content);
          if ("damage" in parsed) return parsed.damage;
          factors.push(...parsed);
          return undefined;
        },
        signal,
      });
      for (const { object, reason } of damaged)
        logger.error({ key: object.key, reason }, "stored factors are damaged and were left out");
      return factors;
    },
    async append(factors, signal) {
      if (factors.length === 0) return;
      const last = (await list()).at(-1);
      if (last !== undefined) retrievals.saw("factors", last.retrieval);
      await log.write({
        content: formatFactors(factors),
        keyOf,
        scope: "factors",
        source: options.provenance?.(),
        signal,
      });
    },
    async lookAgain(signal) {
      const storeAgain = async (lost: LostObject): Promise<never[]> => {
        // An object that is gone was deleted on purpose: nothing else removes factors.
        if (!lost.isGone) await log.writeAgain(lost, { keyOf, scope: "factors", signal });
        return [];
      };
      await secondLook.take("wait", storeAgain, signal);
    },
  };
}

/** What to read, see {@link readFactors}. */
export interface ReadFactorsOptions {
  /** Where the lines are; only read. */
  readonly store: ObjectStore;
  /** Short code as KRX prints it. */
  readonly symbol: string;
  /** Epoch ms; what was observed later is left out. @defaultValue all */
  readonly asOf?: number;
  /** Beginning of every key. @defaultValue "hantoo-stock-factors" */
  readonly prefix?: string;
  /** Told of damaged objects. @defaultValue an error becomes a warning of the process */
  readonly logger?: Logger;
  /** Ends the reading with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * The factors of one symbol that are in force: of several observations of one action the last.
 *
 * @example
 * ```ts
 * const factors = await readFactors({ store, symbol: "005930" });
 * ```
 * @returns ascending by `effectiveDate`.
 * @throws {@link ConfigError} if an option is not usable; {@link StorageError} if the store fails.
 */
export async function readFactors(options: ReadFactorsOptions): Promise<Factor[]> {
  checkOptions(options, "an object with `store` and `symbol`");
  const symbol = checkSymbol(options.symbol);
  const asOf = checkAsOf(options.asOf);
  const prefix = checkKeyPrefix(options.prefix ?? FACTOR_PREFIX);
  const logger = options.logger ?? warningLogger;
  const all = await createFactorLog({ ...options, prefix, logger }).readAll(options.signal);
  return factorsInForce(
    all.filter((factor) => factor.symbol === symbol),
    asOf,
  );
}

/** @returns epoch ms, checked; `Infinity`, all that is known, where it is left out. @throws {@link ConfigError} */
export function checkAsOf(asOf: number = Infinity): number {
  if (typeof asOf !== "number" || Number.isNaN(asOf)) throw new ConfigError("asOf", "epoch ms", asOf);
  return asOf;
}

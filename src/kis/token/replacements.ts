import { type Clock, type KisApiError, KisAuthError, kstDay, kstTime } from "../../core/index.js";
import type { KeyFacts } from "./key-facts.js";

/**
 * How often a token was issued in place of a refused one, without one that lasted.
 *
 * Nothing is counted when calls succeed: a token that was not refused for as long as the wait was long is one that works.
 */
interface Replaced {
  readonly count: number;
  /** Before this no other is issued in place of a refused one, epoch ms. */
  readonly until: number;
  /** `issuedAt` of the token that was refused last: one that another process refused counts here as well. */
  readonly refused?: number | undefined;
}

/** Tokens issued in place of refused ones: each costs the account's owner a message, so the waits double. */
export interface Replacements {
  /** Takes note that the token of `issuedAt` was refused. @returns milliseconds until another may be issued. */
  refused(issuedAt: number): Promise<number>;
  /** Milliseconds until another may be issued. */
  waitMs(): Promise<number>;
  /** Takes note that one was issued in place of a refused one. */
  issued(): Promise<void>;
  /** The caller begins anew. */
  forget(): Promise<void>;
}

/** Name of the fact beside the token. */
const FACT = "replaced";
const FIRST_WAIT_MS = 61_000;
/** By then KIS gives another token by itself. @see KIS notice of 2023-04-28 (read 2026-11-21) */
const LONGEST_WAIT_MS = 6 * 3_600_000;
const NONE: Replaced = { count: 0, until: 0 };

/** 61 s after the first, then twice as long each time, six hours at the most. */
const waitAfter = (count: number): number =>
  count === 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - 1));

/** Counts in `facts`, so that a process that is started again and again does not begin anew. */
export function createReplacements(facts: KeyFacts, clock: Pick<Clock, "now">): Replacements {
  const recall = async (): Promise<Replaced> => readReplaced(await facts.recall(FACT)) ?? NONE;
  // A clock that was set back must not prolong the wait.
  const left = ({ count, until }: Replaced): number =>
    Math.max(0, Math.min(until - clock.now(), waitAfter(count)));
  return {
    async refused(issuedAt) {
      const known = await recall();
      if (known.refused === issuedAt) return left(known);
      const lasted = clock.now() - issuedAt >= waitAfter(known.count);
      const next = { ...(lasted ? NONE : known), refused: issuedAt };
      await facts.remember(FACT, next);
      return left(next);
    },
    waitMs: async () => left(await recall()),
    async issued() {
      const known = await recall();
      const count = known.count + 1;
      await facts.remember(FACT, { ...known, count, until: clock.now() + waitAfter(count) });
    },
    async forget() {
      if ((await recall()).count > 0) await facts.remember(FACT, NONE);
    },
  };
}

/** @returns what was kept; `undefined` unless it is whole. */
function readReplaced(value: unknown): Replaced | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { count, until, refused } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(count) || Number(count) < 0 || !Number.isSafeInteger(until)) return undefined;
  if (refused !== undefined && !Number.isSafeInteger(refused)) return undefined;
  return { count: Number(count), until: Number(until), refused: refused as number | undefined };
}

/**
 * The error of a call whose token stays refused: until when no other is asked for, and what can be done.
 *
 * @param refusal - what KIS said; left out where nothing was sent.
 */
export function staysRefused(waitMs: number, now: number, refusal?: KisApiError): KisAuthError {
  const at = now + waitMs;
  const time = kstTime(at).replace(/(..)(..)(..)/, "$1:$2:$3");
  const said = refusal?.message ?? "KIS refused every token that it issued of late";
  const until = `; no other is asked for before ${kstDay(at)} ${time} KST unless \`revokeToken()\` is called`;
  return new KisAuthError(
    waitMs > 0 ? said + until : said,
    refusal ?? { status: undefined, trId: "/oauth2/tokenP", rtCd: "", msgCd: "" },
    { retryable: true, retryAfterMs: waitMs },
  );
}

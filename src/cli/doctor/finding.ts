import { type Say, sayIn } from "../shell/index.js";

/** What a look came to. `differs` needs to have been seen: what is only absent is `not seen`. */
export type Found = "as assumed" | "differs" | "not seen";

/** What was seen of one thing. */
export interface Sight {
  readonly found: Found;
  /** In words; holds no key, secret, token or account number. */
  readonly saw: string;
  /** The same in Korean. Absent of behaviours: their report is compared with those of others, and has one language. */
  readonly sawInKorean?: string;
}

/** A subject or a behaviour, and what was seen of it. */
export interface Finding extends Sight {
  /** The word its line begins with. */
  readonly id: string;
  /** What of hantoo rests on it; absent where hantoo takes it either way. */
  readonly restsOn?: string;
}

/** Seen, and as hantoo takes it to be. */
export const asAssumed = (saw: string, korean?: string): Sight => sight("as assumed", saw, korean);
/** Seen, and otherwise. */
export const differs = (saw: string, korean?: string): Sight => sight("differs", saw, korean);
/** Not to be seen now, and why. */
export const notSeen = (why: string, korean?: string): Sight => sight("not seen", why, korean);
/** Seen; `isAssumed` says which way. */
export const judged = (isAssumed: boolean, saw: string, korean?: string): Sight =>
  sight(isAssumed ? "as assumed" : "differs", saw, korean);

const sight = (found: Found, saw: string, korean: string | undefined): Sight => ({
  found,
  saw,
  ...(korean === undefined ? {} : { sawInKorean: korean }),
});

/**
 * One line: the word, what was found, what was seen.
 *
 * @param say - the language of the sentence; the words before it are the same in each, so that a line can be found.
 */
export function formatFinding(
  { id, found, saw, sawInKorean = saw, restsOn }: Finding,
  say: Say = sayIn("en"),
): string {
  const isGrave = found === "differs" && restsOn !== undefined;
  const warning = isGrave
    ? say(` (hantoo rests on it: ${restsOn})`, " (hantoo의 동작이 여기에 달려 있습니다)")
    : "";
  return `${id} … ${found}: ${say(saw, sawInKorean)}${warning}`;
}

/** Whether nothing differs that hantoo rests on, and KIS answered at all. */
export function isSound(findings: readonly Finding[]): boolean {
  const isAnswered = findings.some(({ id, found }) => id === "key" && found === "as assumed");
  return isAnswered && !findings.some(({ found, restsOn }) => found === "differs" && restsOn !== undefined);
}

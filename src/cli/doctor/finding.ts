import { type Say, sayIn } from "../shell/index.js";

/** The result of one check. `differs` was seen; what could not be observed is `not seen`. */
export type Found = "as assumed" | "differs" | "not seen";

/** What one check saw. */
export interface Sight {
  readonly found: Found;
  /** A sentence without key, secret, token or account number. */
  readonly saw: string;
  /** The same in Korean. Behaviours have none: their reports are in one language, so that they can be compared. */
  readonly sawInKorean?: string;
}

/** What was seen of a subject or a behaviour. */
export interface Finding extends Sight {
  /** The word that its line begins with. */
  readonly id: string;
  /** What in hantoo relies on it; absent where hantoo works either way. */
  readonly restsOn?: string;
}

/** Seen, and as hantoo assumes. */
export const asAssumed = (saw: string, korean?: string): Sight => sight("as assumed", saw, korean);
/** Seen, and not as hantoo assumes. */
export const differs = (saw: string, korean?: string): Sight => sight("differs", saw, korean);
/** Could not be observed; `why` says why. */
export const notSeen = (why: string, korean?: string): Sight => sight("not seen", why, korean);
/** Seen, as assumed or not. */
export const judged = (isAssumed: boolean, saw: string, korean?: string): Sight =>
  sight(isAssumed ? "as assumed" : "differs", saw, korean);

const sight = (found: Found, saw: string, korean: string | undefined): Sight => ({
  found,
  saw,
  ...(korean === undefined ? {} : { sawInKorean: korean }),
});

/**
 * One line: the word, the result, what was seen.
 *
 * @param say - the language of the sentence; the words before it are the same in both languages, so that scripts find them.
 */
export function formatFinding(
  { id, found, saw, sawInKorean = saw, restsOn }: Finding,
  say: Say = sayIn("en"),
): string {
  const isGrave = found === "differs" && restsOn !== undefined;
  const warning = isGrave
    ? say(` (hantoo relies on it: ${restsOn})`, " (hantoo의 동작이 여기에 달려 있습니다)")
    : "";
  return `${id} … ${found}: ${say(saw, sawInKorean)}${warning}`;
}

/** Whether KIS answered, and nothing differs that hantoo relies on. */
export function isSound(findings: readonly Finding[]): boolean {
  const isAnswered = findings.some(({ id, found }) => id === "key" && found === "as assumed");
  return isAnswered && !findings.some(({ found, restsOn }) => found === "differs" && restsOn !== undefined);
}

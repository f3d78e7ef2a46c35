/** What a look came to. `differs` needs to have been seen: what is only absent is `not seen`. */
export type Found = "as assumed" | "differs" | "not seen";

/** What was seen of one thing. */
export interface Sight {
  readonly found: Found;
  /** In words; holds no key, secret, token or account number. */
  readonly saw: string;
}

/** A subject or a behaviour, and what was seen of it. */
export interface Finding extends Sight {
  /** The word its line begins with. */
  readonly id: string;
  /** What of hantoo rests on it; absent where hantoo takes it either way. */
  readonly restsOn?: string;
}

/** Seen, and as hantoo takes it to be. */
export const asAssumed = (saw: string): Sight => ({ found: "as assumed", saw });
/** Seen, and otherwise. */
export const differs = (saw: string): Sight => ({ found: "differs", saw });
/** Not to be seen now, and why. */
export const notSeen = (why: string): Sight => ({ found: "not seen", saw: why });
/** Seen; `isAssumed` says which way. */
export const judged = (isAssumed: boolean, saw: string): Sight => (isAssumed ? asAssumed(saw) : differs(saw));

/** One line: the word, what was found, what was seen. */
export function formatFinding({ id, found, saw, restsOn }: Finding): string {
  const warning = found === "differs" && restsOn !== undefined ? ` (hantoo rests on it: ${restsOn})` : "";
  return `${id} … ${found}: ${saw}${warning}`;
}

/** Whether nothing differs that hantoo rests on, and KIS answered at all. */
export function isSound(findings: readonly Finding[]): boolean {
  const isAnswered = findings.some(({ id, found }) => id === "key" && found === "as assumed");
  return isAnswered && !findings.some(({ found, restsOn }) => found === "differs" && restsOn !== undefined);
}

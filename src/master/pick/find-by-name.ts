import { ConfigError } from "../../core/index.js";
import { checkMaster } from "../master.js";

/** Removes what a search ignores: letter case, blanks, and which of its two forms Unicode has for Hangul. */
const folded = (name: string): string => name.normalize("NFC").toLowerCase().replaceAll(" ", "");

/**
 * Finds instruments whose Korean name contains `name`. Letter case and blanks are ignored.
 *
 * @returns exact matches first, then names that begin with `name`, then the rest; each group in the order of the file.
 * @throws {@link ConfigError} if `name` is blank.
 * @example
 * ```ts
 * const kospi = await downloadMaster("kospi");
 * findByName(kospi, "삼성전자").map(({ symbol }) => symbol); // ["005930", "005935"]
 * ```
 */
export function findByName<I extends object>(
  master: { readonly instruments: ReadonlyMap<string, I> },
  name: string,
): I[] {
  const wanted = typeof name === "string" ? folded(name) : "";
  if (wanted === "") throw new ConfigError("name", "a name, whole or in part", name);
  const groups: [I[], I[], I[]] = [[], [], []];
  for (const instrument of checkMaster(master).instruments.values()) {
    const { koreanName } = instrument as { readonly koreanName?: string };
    if (koreanName === undefined) continue;
    const at = folded(koreanName).indexOf(wanted);
    if (at < 0) continue;
    groups[at > 0 ? 2 : folded(koreanName) === wanted ? 0 : 1].push(instrument);
  }
  return groups.flat();
}

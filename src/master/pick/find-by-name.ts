import { ConfigError } from "../../core/index.js";
import { checkMaster } from "../master.js";

/** Letter case, blanks and the two ways to write Hangul in Unicode do not tell names apart. */
const folded = (name: string): string => name.normalize("NFC").toLowerCase().replaceAll(" ", "");

/**
 * Instruments whose Korean name is `name` or has it in it, without regard to case and blanks.
 *
 * @returns those with exactly this name first, then those that begin with it, then the rest; each group in the
 * order of the file. Empty if there is none.
 * @throws {@link ConfigError} if `name` is blank.
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

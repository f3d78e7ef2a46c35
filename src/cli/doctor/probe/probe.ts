import type { Sight } from "../finding.js";
import type { RawKis } from "./raw-kis.js";

/** One behaviour of BEHAVIOURS.md, and how a call that only reads shows it. */
export interface Probe {
  /** The word that its line begins with. It never changes, so that reports can be compared. */
  readonly id: string;
  /** The behaviour, word for word as BEHAVIOURS.md has it. */
  readonly behaviour: string;
  /** What in hantoo relies on it; absent where hantoo works either way. */
  readonly restsOn?: string;
  /** @throws what the client throws; it is reported and costs no other probe. */
  readonly look: (kis: RawKis) => Promise<Sight>;
}

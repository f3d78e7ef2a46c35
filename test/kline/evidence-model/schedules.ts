import { expect, test } from "vitest";
import { type Met, play } from "./play.js";

/** Files that share the schedules, so that every core has some. */
const PARTS = 4;
const SEEDS = Number(process.env["HANTOO_MODEL_SEEDS"] ?? 24);
const FIRST = Number(process.env["HANTOO_FIRST_SEED"] ?? 1);
/** So many schedules are sure to meet everything. */
const MANY = 100;

/** Declares the test of one part of the schedules. @param part - 0 to 3. */
export function testSchedules(part: number): void {
  const seeds = Array.from({ length: SEEDS }, (_, at) => FIRST + at).filter((_, at) => at % PARTS === part);
  test.skipIf(seeds.length === 0)(
    `${seeds.length} schedules of faults, odd days, kills and re-reads: the truth, or a named hole; and healed, the truth`,
    { timeout: 3_600_000 },
    async () => {
      const total: Met = { kills: 0, faults: 0, holes: 0, conflicts: 0 };
      for (const seed of seeds) {
        const met = await play(seed).catch((error: unknown) => {
          const text = error instanceof Error ? error.message : String(error);
          const alone = `run it alone with HANTOO_FIRST_SEED=${seed} HANTOO_MODEL_SEEDS=1`;
          throw new Error(`seed ${seed}: ${alone}: ${text}`, { cause: error });
        });
        for (const name of ["kills", "faults", "holes", "conflicts"] as const) total[name] += met[name];
      }
      if (process.env["HANTOO_MODEL_SEEDS"] !== undefined) console.log(`${seeds.length} schedules:`, total);
      // They did meet what they are for.
      expect(total.faults).toBeGreaterThan(0);
      if (seeds.length < MANY) return;
      expect(total.kills * 10).toBeGreaterThan(seeds.length);
      expect(total.faults).toBeGreaterThan(seeds.length);
      expect(total.holes).toBeGreaterThan(seeds.length);
      expect(total.conflicts * 10).toBeGreaterThan(seeds.length);
    },
  );
}

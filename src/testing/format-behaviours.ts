import type { Behaviour } from "./behaviours.data.js";

/** @returns the table of behaviours as the Markdown of BEHAVIOURS.md. */
export function formatBehaviours(behaviours: readonly Behaviour[]): string {
  const areas = [...new Set(behaviours.map(({ area }) => area))];
  const count = (grade: Behaviour["grade"]): number => behaviours.filter((one) => one.grade === grade).length;
  const lines = [
    "# What the simulator does, and how well that is known",
    "",
    "Made by `npm run fixtures` from `src/testing/behaviours.data.ts`; do not edit.",
    "",
    "- **documented**: KIS says so, or it was measured and cross-checked.",
    "- **observed**: someone saw it: one measurement, or several users who agree.",
    "- **assumed**: nobody is known to have looked; we chose what is harder on a client.",
    "",
    `${behaviours.length} behaviours: ${count("documented")} documented, ${count("observed")} observed, ${count("assumed")} assumed.`,
  ];
  for (const area of areas) {
    lines.push("", `## ${area}`, "", "| behaviour | known | source | option |", "|---|---|---|---|");
    for (const { behaviour, grade, source, option } of behaviours.filter((one) => one.area === area)) {
      lines.push(`| ${behaviour} | ${grade} | ${source} | ${option === undefined ? "" : `\`${option}\``} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}

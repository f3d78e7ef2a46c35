import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BEHAVIOURS } from "hantoo/testing";
import { formatBehaviours } from "../../src/testing/format-behaviours.js";

test("BEHAVIOURS.md is what the table says: npm run fixtures makes it anew", () => {
  expect(readFileSync("BEHAVIOURS.md", "utf8")).toBe(formatBehaviours(BEHAVIOURS));
});

test("each behaviour is said once, graded, and has a source", () => {
  expect(new Set(BEHAVIOURS.map(({ behaviour }) => behaviour)).size).toBe(BEHAVIOURS.length);
  for (const { behaviour, source, option } of BEHAVIOURS) {
    expect(source.length, behaviour).toBeGreaterThan(3);
    // A table's cell must not break its row.
    expect(`${behaviour}${source}${option ?? ""}`).not.toMatch(/[|\n]/);
  }
});

test("each option the table names is one that the simulator has", () => {
  const text = ["simulator-options", "stream-options"]
    .map((name) => readFileSync(`src/testing/settings/${name}.ts`, "utf8"))
    .join("");
  for (const { option } of BEHAVIOURS) {
    if (option !== undefined) expect(text).toContain(`readonly ${option.split(".").at(-1)}?:`);
  }
});

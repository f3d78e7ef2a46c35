import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BEHAVIOURS } from "hantoo/testing";
import { SOURCES_KO } from "../../scripts/site/pages/behaviour-sources-ko.data.js";
import { BEHAVIOURS_KO } from "../../scripts/site/pages/behaviours-ko.data.js";
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

describe("the Korean page says what the English one says", () => {
  /** What is the same in every language: names in code, codes of KIS, days, times of day. */
  const constants = (text: string): readonly string[] => [
    ...new Set(text.match(/`[^`]+`|[A-Z]{3,}\d[A-Z\d]+|\d{4}-\d\d-\d\d|\d\d:\d\d/g)),
  ];

  test("each behaviour and each source has its Korean text, and no text is left over", () => {
    const all = (key: "behaviour" | "source"): readonly string[] =>
      [...new Set(BEHAVIOURS.map((one) => one[key]))].toSorted();
    expect(Object.keys(BEHAVIOURS_KO).toSorted()).toEqual(all("behaviour"));
    expect(Object.keys(SOURCES_KO).toSorted()).toEqual(all("source"));
  });

  test("with the same names, codes, days and times, and nothing that breaks a table's row", () => {
    for (const [english, korean] of Object.entries({ ...BEHAVIOURS_KO, ...SOURCES_KO })) {
      expect(constants(korean).toSorted(), english).toEqual(constants(english).toSorted());
      expect(korean, english).not.toMatch(/[|\n]/);
    }
  });
});

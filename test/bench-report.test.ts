import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lossesTable } from "../bench/losses.js";
import { partsToRun } from "../bench/parts.js";
import { partsOf, proseOf, tablesOf, withParts } from "../bench/report.js";

const report = readFileSync("bench/README.md", "utf8");
const parts = partsOf(report);

test("every part of a run has its place in bench/README.md, and no place is left over", () => {
  const names = partsToRun({ folder: "", isSmall: false }).map(({ name }) => name);
  expect([...parts.keys()].toSorted()).toEqual([...names, "losses", "run"].toSorted());
  for (const [name, text] of parts) expect(text, name).not.toBe("");
});

test("what stands outside the places holds no figure that a run changes", () => {
  const measured = /\d(?:[\d,.]*\d)? ?(?:%|µs|MB|GB|times\b|x\b|s of CPU)|\| ?\d|\d{4}-\d\d-\d\d/;
  for (const line of proseOf(report).split("\n")) expect(line).not.toMatch(measured);
});

test("the table of losses is made from the tables of the same run", () => {
  expect(parts.get("losses")).toBe(lossesTable(parts).trim());
});

test("the table of losses is made of a run of fewer days, too", () => {
  const label = "`exportParquet` by symbol, 10 days";
  const archive = parts.get("archive") ?? "";
  expect(archive).toContain(label);
  const short = new Map([...parts, ["archive", archive.replaceAll(label, label.replace("10", "4"))]]);
  expect(lossesTable(short)).toBe(lossesTable(parts));
});

describe("putting a run into a report", () => {
  const blank =
    "# A\n<!-- run: one -->\n\nold\n\n<!-- end of run -->\nkept\n<!-- run: two -->\n\n<!-- end of run -->\n";

  test("replaces what stood there and keeps the rest", () => {
    const both = new Map([
      ["one", "new $& text"],
      ["two", "| a | b |\n|---|---|\n| 1 | 2 |"],
    ]);
    const text = withParts(blank, both);
    expect(partsOf(text)).toEqual(both);
    expect(proseOf(text)).toBe(proseOf(blank));
    expect(tablesOf(partsOf(text).get("two") ?? "")).toEqual([[{ a: "1", b: "2" }]]);
  });

  test.each([
    ["a part without a place", ["one", "two", "three"]],
    ["a place without a part", ["one"]],
  ])("refuses %s", (_, names) => {
    expect(() => withParts(blank, new Map(names.map((name) => [name, "text"])))).toThrow(/no place for/);
  });
});

/** Whole MB a day, and GB of 250 days, of lines and columns. */
test("the sizes that README names are those of the archive's bench", () => {
  const [, lines = "", columns = ""] =
    /a day is ([\d.]+) MB of lines and ([\d.]+) MB of columns/.exec(parts.get("archive") ?? "") ?? [];
  const whole = (mb: string): string => Number(mb).toFixed(0);
  const year = (mb: string): string => ((Number(mb) * 250) / 1000).toFixed(1);
  for (const name of ["README.md", "README.ko.md"]) {
    const text = readFileSync(name, "utf8");
    expect(text).toContain(`| ${whole(lines)} + ${whole(columns)} MB |`);
    expect(text).toContain(`| ${year(lines)} + ${year(columns)} GB |`);
  }
});

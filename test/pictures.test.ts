import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FILES, WORDS, drawWay } from "../scripts/draw-way.js";

/** Wider than any glyph of the fonts named: Latin at 11.5 px, and a Hangul syllable as wide as it is high. */
const widthOf = (text: string, size: number): number =>
  Array.from(text).reduce((sum, glyph) => sum + (glyph > "\u2fff" ? 1 : 0.6) * size, 0);

describe.each(["en", "ko"] as const)("the way of the data, %s", (language) => {
  const picture = readFileSync(FILES[language], "utf8");

  test("is what its words draw: run scripts/draw-way.ts if not", () => {
    expect(picture).toBe(drawWay(WORDS[language]));
  });

  test("has no label wider than its box", () => {
    const boxes = [
      ...picture.matchAll(/<rect class="box[^"]*" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g),
    ].map(([, x, y, width]) => ({ x: Number(x), y: Number(y), width: Number(width) }));
    const texts = [...picture.matchAll(/<text class="(name|what)" x="([\d.]+)" y="([\d.]+)">([^<]*)</g)];
    expect(boxes).toHaveLength(7);
    for (const [, kind, x, y, text = ""] of texts) {
      const around = boxes.find(
        (box) => Number(x) === box.x + box.width / 2 && Number(y) > box.y && Number(y) < box.y + 76,
      );
      const width = widthOf(text, kind === "name" ? 14 * 1.05 : 11.5);
      if (around !== undefined) expect(width, text).toBeLessThan(around.width);
    }
  });
});

import * as fc from "fast-check";
import iconv from "iconv-lite";
import { expect, test } from "vitest";
import { decodeTexts, encodeText, isDamaged } from "../../../src/master/cells/cp949.js";

const decodeOne = (bytes: Uint8Array): string | undefined =>
  decodeTexts(bytes, Int32Array.of(0), Int32Array.of(bytes.length)).texts[0];

/** The cells of Microsoft's extension, in the order of its table: leads 81-A0, then A1-C6 below the KS X 1001 trails. */
function* extendedCells(): Generator<[number, number]> {
  const ranges = (lead: number): [number, number][] => [
    [0x41, 0x5a],
    [0x61, 0x7a],
    [0x81, lead < 0xa1 ? 0xfe : 0xa0],
  ];
  for (let lead = 0x81; lead <= 0xc6; lead++) {
    for (const [low, high] of ranges(lead)) {
      for (let trail = low; trail <= high; trail++) if (lead !== 0xc6 || trail <= 0x52) yield [lead, trail];
    }
  }
}

test("reads every one of the 8,822 syllables outside KS X 1001, each its own, in Unicode order", () => {
  const cells = [...extendedCells()];
  expect(cells).toHaveLength(8822);
  const syllables = cells.map((cell) => decodeOne(Uint8Array.from(cell)) as string);
  expect(new Set(syllables).size).toBe(8822);
  expect([...syllables].sort()).toEqual(syllables);
  expect(syllables.every((syllable) => syllable >= "가" && syllable <= "힣")).toBe(true);
  expect(decodeOne(Uint8Array.of(0x8c, 0x63))).toBe("똠");
});

test("every Hangul syllable survives", () => {
  const all = Array.from({ length: 11_172 }, (_, i) => String.fromCodePoint(0xac00 + i));
  for (const syllable of all) expect(decodeOne(encodeText(syllable) as Uint8Array)).toBe(syllable);
});

test("many at once are as one by one", () => {
  const name = fc.stringMatching(/^[ -~가-힣]{0,20}$/).filter((text) => !text.endsWith(" "));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 20 }), (names) => {
      const cells = names.map((text) =>
        Buffer.from(encodeText(text.padEnd(40, " ")) as Uint8Array).subarray(0, 60),
      );
      const bytes = Buffer.concat(cells);
      const ends = cells.map((_, i) => cells.slice(0, i + 1).reduce((sum, cell) => sum + cell.length, 0));
      const starts = [0, ...ends].slice(0, cells.length);
      expect(decodeTexts(bytes, Int32Array.from(starts), Int32Array.from(ends))).toEqual({
        texts: names.map((text) => (text === "" ? undefined : text)),
        clean: true,
      });
    }),
  );
});

test("damage in one text stays there", () => {
  for (const damage of [[0xb0], [0x80], [0xff], [0xc9, 0xa1], [0x81, 0x20], [0x0a], [0xb0, 0x0a], [0x00]]) {
    const bytes = Uint8Array.from([0xb0, 0xa1, 0x41, ...damage, 0xb3, 0xaa]);
    const end = 3 + damage.length;
    const { texts, clean } = decodeTexts(bytes, Int32Array.of(0, 3, end), Int32Array.of(3, end, end + 2));
    expect([texts[0], texts[2]]).toEqual(["가A", "나"]);
    expect([clean, isDamaged(texts[1] as string, false)], damage.join()).toEqual([false, true]);
  }
});

test("only a text that may be cut may end in half a character", () => {
  expect(isDamaged("CAF\uFFFD", true)).toBe(false);
  expect(isDamaged("CAF\uFFFD", false)).toBe(true);
  expect(isDamaged("\uFFFDCAF", true)).toBe(true);
});

test("what cp949 lacks has no bytes", () => {
  expect(encodeText("한글 ABC")).toBeDefined();
  for (const text of ["日本😀", "Ünal", "\uD800"]) expect(encodeText(text)).toBeUndefined();
});

test("every two-byte code reads as iconv-lite reads it alone, again and again, or as damage", () => {
  for (const round of [1, 2]) {
    for (let code = 0x8000; code < 0x10000; code++) {
      const cell = Uint8Array.of(code >> 8, code & 255);
      const whole = iconv.decode(Buffer.from(cell), "cp949");
      const { texts, clean } = decodeTexts(cell, Int32Array.of(0), Int32Array.of(2));
      if (whole.length === 1 && whole !== "\uFFFD") expect([texts, clean]).toEqual([[whole], true]);
      else expect([code, round, clean]).toEqual([code, round, false]);
    }
  }
});

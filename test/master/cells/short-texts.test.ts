import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FieldFault, readText } from "../../../src/master/cells/read-field.js";
import { ShortTexts } from "../../../src/master/cells/short-texts.js";

const outcome = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof FieldFault ? `fault at ${error.at}` : error;
  }
};

test("whatever was read before, a text reads as it does alone", () => {
  // Few bytes, so that they repeat, among them those that could pass for a width or for an empty slot.
  const byte = fc.constantFrom(0, 1, 2, 3, 4, 0x20, 0x30, 0x41, 0x7f, 0x80, 0xff);
  const cell = fc.integer({ min: 2, max: 4 }).chain((n) => fc.array(byte, { minLength: n, maxLength: n }));
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 200 }), (cells) => {
      const bytes = Uint8Array.from(cells.flat());
      const text = Buffer.from(bytes).toString("latin1");
      const texts = new ShortTexts(bytes, text);
      let at = 0;
      for (const { length } of cells) {
        expect(outcome(() => texts.read(at, length))).toBe(outcome(() => readText(bytes, text, at, length)));
        at += length;
      }
    }),
  );
});

test("two texts that share a slot stay two texts", () => {
  const codes = Array.from({ length: 10_000 }, (_, code) => String(code).padStart(4, "0"));
  const text = [...codes, ...codes].join("");
  const texts = new ShortTexts(Buffer.from(text), text);
  for (let i = 0; i < 20_000; i++) expect(texts.read(i * 4, 4)).toBe(codes[i % 10_000]);
});

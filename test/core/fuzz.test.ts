import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  ConfigError,
  checkDay,
  checkSymbol,
  checkVenue,
  compactDay,
  expandDay,
  formatKstStamp,
  isSymbol,
  parseKstStamp,
} from "../../src/core/index.js";
import { hostile, outcomeOf, runs } from "../support/fuzz.js";

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from("0123456789")), minLength: length, maxLength: length });
const text = fc.oneof(fc.string(), digits(8), digits(14), fc.string({ unit: "grapheme" }));

test("a day written as KIS does is one that exists and is written back the same, or none", () => {
  fc.assert(
    fc.property(text, (sent) => {
      const day = expandDay(sent);
      if (day !== undefined) expect(compactDay(day)).toBe(sent);
    }),
    { numRuns: runs },
  );
});

test("a stamp is a second that exists and is written back the same, or none", () => {
  fc.assert(
    fc.property(text, (sent) => {
      const at = parseKstStamp(sent);
      if (at !== undefined) expect(formatKstStamp(at)).toBe(sent);
    }),
    { numRuns: runs },
  );
});

test("what is no day, symbol or venue is a ConfigError that names the option and stays short", () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.anything(), text), (value) => {
      for (const check of [() => checkDay(value, "day"), () => checkSymbol(value), () => checkVenue(value)]) {
        const outcome = outcomeOf<unknown>(check);
        if ("value" in outcome) expect(outcome.value).toBe(value);
        else {
          expect(outcome.error).toBeInstanceOf(ConfigError);
          expect(outcome.error.message).toMatch(/^`(day|symbol|venue)` must be /);
          expect(outcome.error.message.length).toBeLessThan(500);
        }
      }
      if (typeof value === "string" && isSymbol(value)) expect(value).toMatch(/^[0-9A-Z]{6,9}$/);
    }),
    { numRuns: runs },
  );
});

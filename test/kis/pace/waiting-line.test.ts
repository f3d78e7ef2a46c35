import * as fc from "fast-check";
import { expect, test } from "vitest";
import { WaitingLine } from "../../../src/kis/pace/waiting-line.js";

test("the line is first in, first out, whoever leaves", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("join", "take", "leave", "takeAll"), { maxLength: 100 }),
      fc.nat(),
      (steps, seed) => {
        const line = new WaitingLine<number>();
        const model: number[] = [];
        const places = new Map<number, { leave(): boolean }>();
        steps.forEach((step, at) => {
          if (step === "join") {
            places.set(at, line.join(at));
            model.push(at);
          } else if (step === "take") expect(line.take()).toBe(model.shift());
          else if (step === "takeAll") expect(line.takeAll()).toEqual(model.splice(0));
          else if (places.size > 0) {
            const who = [...places.keys()][(seed + at) % places.size]!;
            expect(places.get(who)!.leave()).toBe(model.includes(who));
            if (model.includes(who)) model.splice(model.indexOf(who), 1);
          }
          expect(line.length).toBe(model.length);
        });
      },
    ),
  );
});

import * as fc from "fast-check";
import { isHantooError } from "../../src/core/index.js";

/** How many inputs each property of a `fuzz.test.ts` tries. */
export const runs: number = Number(process.env["HANTOO_FUZZ_RUNS"] ?? 200);

/** Either a value, or an error of ours that says what was wrong; anything else thrown is a find. */
export type Outcome<T> = { readonly value: T } | { readonly error: Error & { readonly code: string } };

export function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (!isHantooError(error)) throw error;
    return { error };
  }
}

export async function outcomeOfAsync<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!isHantooError(error)) throw error;
    return { error };
  }
}

/** What stands where something else was expected. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    " ",
    "-1",
    "1e400",
    "1e300",
    "NaN",
    "0x10",
    "-9223372036854775808",
    "9007199254740993",
    "1,2,3",
    "٣",
    "20261320",
    "99999999",
    "00000000",
    "246060",
    "__proto__",
    "a".repeat(5000),
    Number.MAX_SAFE_INTEGER + 1,
    1e308,
    -0,
    0.5,
    true,
    [],
    {},
    [[]],
    [null],
    { length: 3 },
  ),
  fc.string(),
  fc.double(),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Where and how one JSON value is changed: `at` chooses the place, `undefined` removes what is there. */
export interface Edit {
  readonly at: number;
  readonly value: unknown;
}

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({ at: fc.nat(), value: fc.option(hostile, { nil: undefined, freq: 6 }) }),
  { minLength: 1, maxLength: 4 },
);

/** @returns `json` with the edits, each at any depth. */
export function edited(json: unknown, changes: readonly Edit[]): unknown {
  const root: Record<string, unknown> = { json: structuredClone(json) };
  for (const { at, value } of changes) {
    const places: (readonly [Record<string, unknown>, string])[] = [];
    const visit = (parent: unknown): void => {
      if (typeof parent !== "object" || parent === null) return;
      for (const name of Object.keys(parent)) {
        places.push([parent as Record<string, unknown>, name]);
        visit((parent as Record<string, unknown>)[name]);
      }
    };
    visit(root);
    const [parent, name] = places[at % places.length] ?? [root, "json"];
    if (value === undefined && !Array.isArray(parent)) delete parent[name];
    else parent[name] = structuredClone(value); // a value that is shared must not be edited itself
  }
  return root["json"];
}

/** Bytes that are random, or good ones flipped, cut and lengthened. */
export function damaged(sample: Uint8Array): fc.Arbitrary<Uint8Array> {
  const good = new Uint8Array(sample); // the slices of a Buffer are its own bytes
  const flips = fc.array(fc.tuple(fc.nat(Math.max(0, good.length - 1)), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  });
  return fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    flips.map((changes) => {
      const bytes = good.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes;
    }),
    fc.nat(good.length).map((length) => good.slice(0, length)),
    fc
      .tuple(fc.nat(good.length), fc.uint8Array({ maxLength: 40 }))
      .map(([at, more]) => new Uint8Array(Buffer.concat([good.subarray(0, at), more, good.subarray(at)]))),
  );
}

/** The numbers anywhere in a value. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return (value instanceof Map ? [...value.values()] : Object.values(value)).flatMap(numbersIn);
}

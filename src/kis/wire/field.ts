import { z } from "zod";
import { KisSchemaError } from "../../core/index.js";

/**
 * A field as KIS sends it: a text, padded or blank, sometimes a JSON number, sometimes missing. Reads as trimmed text,
 * `""` if it is blank or missing.
 */
export const text: z.ZodType<string> = z
  .union([z.string(), z.number(), z.null()])
  .optional()
  .transform((value) => (value === null || value === undefined ? "" : String(value).trim()));

/** One object, which may be missing. KIS also sends an empty array or a blank for "none". Other fields are ignored. */
export function optionalObject<S extends z.ZodRawShape>(shape: S): z.ZodType<z.output<z.ZodObject<S>>> {
  return z.preprocess(firstObject, z.object(shape));
}

function firstObject(value: unknown): unknown {
  if (Array.isArray(value)) return (value[0] as unknown) ?? {};
  return typeof value === "object" && value !== null ? value : {};
}

/** Whether the container itself is there: without it an answer says nothing, not even that there is nothing. */
const isThere = (value: unknown): boolean => value !== undefined;

/** {@link optionalObject}, for an object that an answer cannot do without. */
export function requiredObject<S extends z.ZodRawShape>(shape: S): z.ZodType<z.output<z.ZodObject<S>>> {
  return z.preprocess((value) => (isThere(value) ? firstObject(value) : value), z.object(shape));
}

/** Rows: an array, or one object for a single row, or a blank for none. Other fields are ignored. */
export function rowsOf<S extends z.ZodRawShape>(shape: S): z.ZodType<z.output<z.ZodObject<S>>[]> {
  return z.preprocess(
    (value) =>
      Array.isArray(value) || !isThere(value)
        ? value
        : typeof value === "object" && value !== null
          ? [value]
          : [],
    z.array(z.object(shape)),
  );
}

/** An object without its fields that are `undefined`. */
type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

const NUMBER = /^[+-]?(?:\d+(?:,\d{3})*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** KIS's counts, prices and amounts fit into an int64. A larger number would overflow in the first product. */
const LARGEST = 2 ** 63;

/** The number a field holds: `"+1.26"`, `"1,234"`, `" 75000"`; `undefined` where it is blank or no number. */
export function numberIn(field: string): number | undefined {
  if (!NUMBER.test(field)) return undefined;
  const value = Number(field.replaceAll(",", ""));
  return Math.abs(value) <= LARGEST ? value : undefined;
}

/** @throws {@link KisSchemaError} at `path` if the field holds no number >= 0. */
export function numberAt(field: string, path: string): number {
  const value = numberIn(field);
  if (value === undefined || value < 0) throw new KisSchemaError(path, "a number >= 0", field);
  return value;
}

/** `"Y"` to true, `"N"` to false; `undefined` for anything else, a blank above all. */
export function flagIn(field: string): boolean | undefined {
  return field === "Y" ? true : field === "N" ? false : undefined;
}

/**
 * @throws {@link KisSchemaError} if an answer does not have the shape of `schema`; retryable where a whole part of it is
 *   missing, as in what a gateway answers in KIS's place.
 */
export function readAnswer<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const { path, received } = placeIn(body, issue?.path ?? []);
  const retryable = received === undefined && (issue?.path.length ?? 0) <= 1;
  throw new KisSchemaError(path, issue?.message ?? "another shape", received, { retryable });
}

/** A place in an answer that a schema names, as a path such as `output2[3].cntg_vol`, and the value found there. */
export function placeIn(
  body: unknown,
  keys: readonly PropertyKey[],
): { readonly path: string; readonly received: unknown } {
  let received = body;
  let path = "";
  for (const key of keys) {
    received = typeof received === "object" && received !== null ? Reflect.get(received, key) : undefined;
    path += typeof key === "number" ? `[${key}]` : `${path === "" ? "" : "."}${String(key)}`;
  }
  return { path, received };
}

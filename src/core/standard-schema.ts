/**
 * The part of the Standard Schema interface we call; zod 4, valibot and arktype schemas have it.
 *
 * @see https://standardschema.dev (read 2026-11-21)
 */
export interface StandardSchema<Output = unknown> {
  /** The one property the specification reserves. */
  readonly "~standard": {
    /** Version of the specification. */
    readonly version: 1;
    /** Name of the schema library, such as `zod`. */
    readonly vendor: string;
    /** Checks and converts a value. */
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** Types alone: never there at run time. */
    readonly types?:
      | {
          /** What the schema takes. */
          readonly input: unknown;
          /** What it makes of it. */
          readonly output: Output;
        }
      | undefined;
  };
}

/** What a {@link StandardSchema} says of a value. */
export type StandardResult<Output> =
  | {
      /** The value as the schema makes it. */
      readonly value: Output;
      /** What was wrong; absent where the value is good. */
      readonly issues?: undefined;
    }
  | {
      /** What was wrong; absent where the value is good. */
      readonly issues: readonly StandardIssue[];
    };

/** One reason why a value does not fit. */
export interface StandardIssue {
  /** What was wrong, in the schema library's words. */
  readonly message: string;
  /** Where, from the outside in; absent where it is the whole value. */
  readonly path?:
    | readonly (
        | PropertyKey
        | {
            /** Key or index at this level. */
            readonly key: PropertyKey;
          }
      )[]
    | undefined;
}

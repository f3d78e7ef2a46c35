/** One call of a data endpoint: what to send, and how to read the answer. */
export interface KisCall<T> {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly trId: string;
  readonly params: Readonly<Record<string, string>>;
  /** Asks for the page after the one whose context `params` carry. */
  readonly continues?: boolean;
  /** @throws {@link KisSchemaError} if the body does not hold what we publish. */
  readonly read: (body: unknown) => T;
  /** Epoch ms of the newest minute that an answer shows to have begun: KIS's clock is at least there. */
  readonly newestMinute?: (value: T) => number | undefined;
}

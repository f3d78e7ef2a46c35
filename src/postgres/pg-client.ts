import { StorageError, checkPort } from "../core/index.js";

/**
 * The connection that is needed: a `pg` Client or Pool fits as it is. For `postgres` (porsager's):
 * `{ query: async (text, values) => ({ rows: await sql.unsafe(text, values) }) }`.
 */
export interface PgClient {
  /** Runs one statement with its parameters `$1`, `$2`, … */
  query(
    text: string,
    values?: string[],
  ): Promise<{
    /** Rows of the answer. */
    readonly rows: readonly unknown[];
  }>;
}

/** @throws {@link ConfigError} if `client` cannot be asked. */
export function checkClient(client: PgClient): void {
  checkPort(client, "client", ["query"], "a `pg` Client or Pool, or anything with its `query(text, values)`");
}

const ADVICE: Readonly<Record<string, string>> = {
  "42P01": "the table does not exist; make it with createTable()",
  "42P10": "the table has no unique (stock_code, datetime), which an upsert needs; add it",
  "42703":
    "the table lacks a column; it needs stock_code, datetime, open, high, low, close, volume and source",
  "23502": "a column of the table that bars do not have may not be null; give it a default",
  "42501": "permission is denied; grant this user insert, update and select (and create, for partitions)",
  "3F000": "the schema does not exist; create it",
  "23514": 'no partition takes the day; make the table with createTable({ partitions: "daily" }), or add one',
  "53100": "the database's disk is full",
  "25006": "the database is read-only; connect to the primary",
};

/** Connection lost, serialization, deadlock, out of resources, shutting down. @see PostgreSQL 15, appendix A */
const PASSING = /^(08|40001|40P01|53|57P0)/;

/** The SQLSTATE of a database error, or Node's code of a lost connection; `""` for anything else. */
export function sqlStateOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/** The check of the table that a row breaks; `undefined` if it breaks none, or a partition is missing. */
function brokenRule(error: unknown, state: string): string | undefined {
  const name: unknown = error instanceof Error && "constraint" in error ? error.constraint : undefined;
  return state === "23514" && typeof name === "string" && name !== ""
    ? `a row breaks the table's own check ${name}; widen it, or drop it`
    : undefined;
}

/**
 * Runs one statement.
 *
 * @param advice - what to do about a SQLSTATE, if this statement needs another text than {@link ADVICE}.
 * @throws {@link StorageError} that says what to do; holds no value that was sent.
 */
export async function run(
  client: PgClient,
  table: string,
  text: string,
  values: string[] = [],
  advice: Readonly<Record<string, string>> = {},
): Promise<readonly unknown[]> {
  try {
    return (await client.query(text, values)).rows;
  } catch (error) {
    const state = sqlStateOf(error);
    const said = error instanceof Error ? error.message : String(error);
    const why = advice[state] ?? brokenRule(error, state) ?? ADVICE[state] ?? said;
    const cause = Object.assign(new Error(said), { code: state });
    throw new StorageError(
      `cannot write to the table ${table}: ${why}${state === "" ? "" : ` (${state})`}`,
      { operation: "put", key: table },
      { cause, retryable: PASSING.test(state) || /^E[A-Z]+$/.test(state) },
    );
  }
}

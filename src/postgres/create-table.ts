import { ConfigError, StorageError, type TradingDay, checkOptions } from "../core/index.js";
import { type PgClient, checkClient, run, sqlStateOf } from "./pg-client.js";
import { DEFAULT_TABLE, checkTable, createPartitionSql, createTableSql, registeredName } from "./sql.js";

/** Which table to make. */
export interface CreateTableOptions {
  readonly client: PgClient;
  /** With or without a schema, which must exist. @defaultValue "stock_prices_minute" */
  readonly table?: string;
  /** `"daily"`: one partition a KST day, made by {@link loadBars} when it meets the day. @defaultValue "none" */
  readonly partitions?: "none" | "daily";
}

/** Two sessions that create the same thing at once: the loser is told one of these, and the thing is there. */
const ALREADY_THERE: ReadonlySet<string> = new Set(["42P07", "23505"]);
/** Another partition takes that day, be it a month's. */
const OVERLAPS = "42P17";

/**
 * Makes the table of minute bars if there is none: `stock_code`, `datetime` (timestamptz, START of the minute),
 * `open`, `high`, `low`, `close` (double precision, KRW), `volume` (bigint, shares), `source`,
 * unique (`stock_code`, `datetime`). A table has no column for the venue: keep one table a venue.
 *
 * @throws `ConfigError` if an option is not usable, before any I/O.
 * @throws `StorageError` if the database refuses, or a table of that name is partitioned otherwise.
 */
export async function createTable(options: CreateTableOptions): Promise<void> {
  const { client, partitions = "none" } = checkOptions(options, "an object with `client`");
  checkClient(client);
  const table = checkTable(options.table ?? DEFAULT_TABLE);
  if (partitions !== "none" && partitions !== "daily") {
    throw new ConfigError("partitions", '"none" or "daily"', partitions);
  }
  await create(client, table, createTableSql(table, partitions === "daily"), ALREADY_THERE);
  if ((await isPartitioned(client, table)) !== (partitions === "daily")) {
    const is = partitions === "daily" ? "not partitioned" : "partitioned";
    const message = `the table ${table} is there already and is ${is}; choose another name, or drop it`;
    throw new StorageError(message, { operation: "put", key: table });
  }
}

/** Makes the partition of a KST day if none takes it. */
export async function createPartition(client: PgClient, table: string, day: TradingDay): Promise<void> {
  await create(client, table, createPartitionSql(table, day), new Set([...ALREADY_THERE, OVERLAPS]));
}

/** Whether rows need a partition of their day. @throws `StorageError` if there is no such table. */
export async function isPartitioned(client: PgClient, table: string): Promise<boolean> {
  const sql = "select relkind::text as kind from pg_class where oid = to_regclass($1)";
  const [found] = (await run(client, table, sql, [registeredName(table)])) as { kind: string }[];
  if (found === undefined) {
    const message = `cannot write to the table ${table}: it does not exist; make it with createTable()`;
    throw new StorageError(message, { operation: "put", key: table });
  }
  return found.kind === "p";
}

async function create(
  client: PgClient,
  table: string,
  sql: string,
  harmless: ReadonlySet<string>,
): Promise<void> {
  try {
    await run(client, table, sql);
  } catch (error) {
    if (!(error instanceof StorageError) || !harmless.has(sqlStateOf(error.cause))) throw error;
  }
}

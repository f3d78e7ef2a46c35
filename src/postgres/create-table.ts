import { ConfigError, StorageError, type TradingDay, checkOptions } from "../core/index.js";
import { type PgClient, checkClient, run, sqlStateOf } from "./pg-client.js";
import {
  DAILY_LAYOUT,
  MINUTE_LAYOUT,
  type TableLayout,
  checkTable,
  createPartitionSql,
  createTableSql,
} from "./sql.js";
import { inspectTable } from "./table-shape.js";

/** Which table to make. */
export interface CreateTableOptions {
  /** Your own connection or pool. */
  readonly client: PgClient;
  /** With or without a schema, which must exist. @defaultValue "stock_prices_minute" */
  readonly table?: string;
  /** `"daily"`: one partition a KST day, made by {@link loadBars} when it meets the day. @defaultValue "none" */
  readonly partitions?: "none" | "daily";
}

/** Codes that the slower of two sessions gets when both create the same thing; it exists then. */
const ALREADY_THERE: ReadonlySet<string> = new Set(["42P07", "23505"]);
/** Another partition already covers that day, such as a month's. */
const OVERLAPS = "42P17";

/**
 * Makes the table of minute bars if there is none: `stock_code`, `datetime` (timestamptz, START of the minute),
 * `open`, `high`, `low`, `close` (double precision, KRW), `volume` (bigint, shares), `source`,
 * unique (`stock_code`, `datetime`). A table has no column for the venue: keep one table a venue.
 *
 * @example
 * ```ts
 * const client = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
 * await createTable({ client, partitions: "daily" });
 * ```
 * @throws `ConfigError` if an option is not usable, before any I/O, or a table of that name has a `datetime` that is no
 * timestamptz: what it holds would depend on the time zone of each session.
 * @throws `StorageError` if the database refuses, or a table of that name is partitioned differently.
 */
export async function createTable(options: CreateTableOptions): Promise<void> {
  const { client, partitions = "none" } = checkOptions(options, "an object with `client`");
  checkClient(client);
  const table = checkTable(options.table ?? MINUTE_LAYOUT.table);
  if (partitions !== "none" && partitions !== "daily") {
    throw new ConfigError("partitions", '"none" or "daily"', partitions);
  }
  await make(client, table, MINUTE_LAYOUT, partitions === "daily");
}

/** Which table to make, see {@link createDailyTable}. */
export type CreateDailyTableOptions = Omit<CreateTableOptions, "table" | "partitions"> & {
  /** With or without a schema, which must exist. @defaultValue "stock_prices_daily" */
  readonly table?: string;
};

/**
 * Makes the table of daily bars if there is none: the columns of {@link createTable}, `datetime` being 00:00 KST of the
 * trading day, and also `turnover` (bigint, KRW, null where KIS left it blank) and `is_final` (boolean).
 *
 * @example
 * ```ts
 * const client = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
 * await createDailyTable({ client });
 * ```
 * @throws as {@link createTable} does.
 */
export async function createDailyTable(options: CreateDailyTableOptions): Promise<void> {
  const { client } = checkOptions(options, "an object with `client`");
  checkClient(client);
  await make(client, checkTable(options.table ?? DAILY_LAYOUT.table), DAILY_LAYOUT, false);
}

async function make(
  client: PgClient,
  table: string,
  layout: TableLayout,
  isPartitioned: boolean,
): Promise<void> {
  await create(client, table, createTableSql(table, layout, isPartitioned), ALREADY_THERE);
  const shape = await inspectTable(client, table);
  if (shape.isPartitioned !== isPartitioned) {
    const is = isPartitioned ? "not partitioned" : "partitioned";
    const message = `the table ${table} is there already and is ${is}; choose another name, or drop it`;
    throw new StorageError(message, { operation: "put", key: table });
  }
}

/** Makes the partition of a KST day if no partition covers it. */
export async function createPartition(client: PgClient, table: string, day: TradingDay): Promise<void> {
  const advice =
    `its default partition holds rows of ${day} already, so that the day can have no partition of its own; ` +
    "delete them there, since they are loaded again, or move them, then load again";
  const harmless = new Set([...ALREADY_THERE, OVERLAPS]);
  await create(client, table, createPartitionSql(table, day), harmless, { "23514": advice });
}

async function create(
  client: PgClient,
  table: string,
  sql: string,
  harmless: ReadonlySet<string>,
  advice: Readonly<Record<string, string>> = {},
): Promise<void> {
  try {
    await run(client, table, sql, [], advice);
  } catch (error) {
    if (!(error instanceof StorageError) || !harmless.has(sqlStateOf(error.cause))) throw error;
  }
}

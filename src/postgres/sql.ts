import { ConfigError, type TradingDay, addDays, compactDay } from "../core/index.js";

/** A bar as a row of the table. */
export interface BarRow {
  readonly symbol: string;
  /** Epoch ms of the START of the minute. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export const DEFAULT_TABLE = "stock_prices_minute";

/** 63 bytes is PostgreSQL's limit; a partition's name has nine more than its table's. */
const NAME = /^([A-Za-z_][A-Za-z0-9_]{0,62}\.)?[A-Za-z_][A-Za-z0-9_]{0,53}$/;
const VALUES = ["open", "high", "low", "close", "volume"] as const;

/** @throws {@link ConfigError} if `table` is no plain name, with or without a schema. */
export function checkTable(table: unknown): string {
  if (typeof table !== "string" || !NAME.test(table)) {
    throw new ConfigError(
      "table",
      'a name such as "stock_prices_minute" or "market.bars", at most 54 characters',
      table,
    );
  }
  return table;
}

/** `a.b` to `"a"."b"`: names keep their case. */
const quoted = (table: string, suffix = ""): string =>
  `${table}${suffix}`
    .split(".")
    .map((part) => `"${part}"`)
    .join(".");

/** The name as `to_regclass` takes it. */
export const registeredName = (table: string): string => quoted(table);

export function createTableSql(table: string, isPartitioned: boolean): string {
  return `create table if not exists ${quoted(table)} (
  stock_code text not null,
  datetime timestamptz not null,
  open double precision not null,
  high double precision not null,
  low double precision not null,
  close double precision not null,
  volume bigint not null,
  source text not null,
  unique (stock_code, datetime)
)${isPartitioned ? " partition by range (datetime)" : ""}`;
}

/** One KST day of a partitioned table. */
export function createPartitionSql(table: string, day: TradingDay): string {
  const midnight = (of: TradingDay): string => `'${of} 00:00:00+09'`;
  return `create table if not exists ${quoted(table, `_${compactDay(day)}`)} partition of ${quoted(table)}
  for values from (${midnight(day)}) to (${midnight(addDays(day, 1))})`;
}

/** Writes what is new or different, leaves the rest untouched, and answers how many rows it wrote. */
export function upsertSql(table: string): string {
  const list = (prefix: string): string => VALUES.map((name) => `${prefix}${name}`).join(", ");
  return `with written as (
  insert into ${quoted(table)} as stored (stock_code, datetime, ${list("")}, source)
  select *, $8::text from unnest($1::text[], $2::timestamptz[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::bigint[])
  on conflict (stock_code, datetime) do update
  set (${list("")}, source) = row(${list("excluded.")}, excluded.source)
  where (${list("stored.")}) is distinct from (${list("excluded.")})
  returning 1
) select count(*)::int as written from written`;
}

/**
 * The parameters of {@link upsertSql}: array literals, which every client sends alike. Rows are sorted, so that two
 * loaders lock them in the same order and never wait for each other in a circle.
 */
export function upsertValues(rows: readonly BarRow[], source: string): string[] {
  const sorted = rows.toSorted((a, b) =>
    a.symbol === b.symbol ? a.time - b.time : a.symbol < b.symbol ? -1 : 1,
  );
  const literal = (of: (row: BarRow) => string | number): string => `{${sorted.map(of).join(",")}}`;
  return [
    literal(({ symbol }) => symbol),
    literal(({ time }) => new Date(time).toISOString()),
    ...VALUES.map((name) => literal((row) => row[name])),
    source,
  ];
}

import { ConfigError, type TradingDay, addDays, compactDay } from "../core/index.js";

/** A column that holds a number or a mark of a bar. */
interface ValueColumn {
  readonly name: string;
  readonly type: "double precision" | "bigint" | "boolean";
  readonly isNullable?: boolean;
  /** Written only if the table has it, since existing tables often do not. */
  readonly isOptional?: boolean;
}

/** The columns of a table of bars besides `stock_code`, `datetime` and `source`. */
export interface TableLayout {
  /** Default name of the table. */
  readonly table: string;
  readonly values: readonly ValueColumn[];
}

const PRICES = ["open", "high", "low", "close"].map((name) => ({ name, type: "double precision" }) as const);
const VOLUME = { name: "volume", type: "bigint" } as const;

/** Minute bars: `datetime` is the START of the minute. */
export const MINUTE_LAYOUT: TableLayout = { table: "stock_prices_minute", values: [...PRICES, VOLUME] };

/** Daily bars: `datetime` is 00:00 KST of the trading day. */
export const DAILY_LAYOUT: TableLayout = {
  table: "stock_prices_daily",
  values: [
    ...PRICES,
    VOLUME,
    { name: "turnover", type: "bigint", isNullable: true, isOptional: true },
    { name: "is_final", type: "boolean", isOptional: true },
  ],
};

/** A bar as a row of the table. */
export interface BarRow {
  readonly symbol: string;
  /** Epoch ms, for `datetime`. */
  readonly time: number;
  /** By the names of the layout's columns; `null` where nothing is known. */
  readonly values: Readonly<Record<string, number | boolean | null>>;
}

/** 63 bytes is PostgreSQL's limit; a partition's name has nine more than its table's. */
const NAME = /^([A-Za-z_][A-Za-z0-9_]{0,62}\.)?[A-Za-z_][A-Za-z0-9_]{0,53}$/;

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

export function createTableSql(table: string, layout: TableLayout, isPartitioned: boolean): string {
  const values = layout.values.map(
    ({ name, type, isNullable }) => `  ${name} ${type}${isNullable === true ? "" : " not null"},`,
  );
  return `create table if not exists ${quoted(table)} (
  stock_code text not null,
  datetime timestamptz not null,
${values.join("\n")}
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

/** The kind of the table and its columns, a row a column. */
export const SHAPE_SQL = `select c.relkind::text as kind, a.attname::text as name, format_type(a.atttypid, null) as type
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.oid = to_regclass($1)`;

/** The source of any one row: a table holds the bars of one venue. */
export const anySourceSql = (table: string): string =>
  `select source::text as source from ${quoted(table)} limit 1`;

/**
 * Writes what is new or different, leaves the rest untouched, and answers how many rows it wrote. A row that is not
 * final never replaces one that is.
 */
export function upsertSql(table: string, columns: readonly ValueColumn[]): string {
  const list = (prefix: string): string => columns.map(({ name }) => `${prefix}${name}`).join(", ");
  const arrays = columns.map(({ type }, at) => `$${at + 3}::${type}[]`).join(", ");
  const isKept = columns.some(({ name }) => name === "is_final")
    ? " and (excluded.is_final or not stored.is_final)"
    : "";
  return `with written as (
  insert into ${quoted(table)} as stored (stock_code, datetime, ${list("")}, source)
  select *, $${columns.length + 3}::text from unnest($1::text[], $2::timestamptz[], ${arrays})
  on conflict (stock_code, datetime) do update
  set (${list("")}, source) = row(${list("excluded.")}, excluded.source)
  where (${list("stored.")}) is distinct from (${list("excluded.")})${isKept}
  returning 1
) select count(*)::int as written from written`;
}

/**
 * The parameters of {@link upsertSql}: array literals, which every client sends in the same way. Rows are sorted, so that
 * two loaders lock them in the same order and cannot deadlock.
 */
export function upsertValues(
  rows: readonly BarRow[],
  columns: readonly ValueColumn[],
  source: string,
): string[] {
  const sorted = rows.toSorted((a, b) =>
    a.symbol === b.symbol ? a.time - b.time : a.symbol < b.symbol ? -1 : 1,
  );
  const literal = (of: (row: BarRow) => string | number | boolean): string => `{${sorted.map(of).join(",")}}`;
  return [
    literal(({ symbol }) => symbol),
    literal(({ time }) => new Date(time).toISOString()),
    ...columns.map(({ name }) => literal(({ values }) => values[name] ?? "NULL")),
    source,
  ];
}

import { ConfigError, StorageError, type Venue } from "../core/index.js";
import { type PgClient, run } from "./pg-client.js";
import { SHAPE_SQL, anySourceSql, registeredName } from "./sql.js";

/** What a table is like. */
export interface TableShape {
  /** Rows need a partition that takes them. */
  readonly isPartitioned: boolean;
  readonly columns: ReadonlySet<string>;
}

/**
 * Looks a table up in the database's catalogue.
 *
 * @throws {@link StorageError} if there is none of that name.
 * @throws {@link ConfigError} if its `datetime` is no timestamptz: a session's time zone would decide what is stored, and
 * two sessions would store the same bars nine hours apart.
 */
export async function inspectTable(client: PgClient, table: string): Promise<TableShape> {
  const rows = (await run(client, table, SHAPE_SQL, [registeredName(table)])) as {
    kind: string;
    name: string;
    type: string;
  }[];
  if (rows[0] === undefined) {
    const message = `cannot write to the table ${table}: it does not exist; make it with createTable() or createDailyTable()`;
    throw new StorageError(message, { operation: "put", key: table });
  }
  const type = rows.find(({ name }) => name === "datetime")?.type;
  if (type !== undefined && type !== "timestamp with time zone") {
    throw new ConfigError(
      "table",
      `a table whose \`datetime\` is timestamptz; change it: alter table ${table} alter column datetime type timestamptz ` +
        "using datetime at time zone 'Asia/Seoul' (if what it holds is Korean time)",
      type,
    );
  }
  return { isPartitioned: rows[0].kind === "p", columns: new Set(rows.map(({ name }) => name)) };
}

/** Default of the column `source`; it names the venue. */
export const defaultSource = (venue: Venue): string => (venue === "KRX" ? "KIS" : `KIS-${venue}`);

const VENUE_OF: ReadonlyMap<string, Venue> = new Map(
  (["KRX", "NXT", "UN"] as const).map((venue) => [defaultSource(venue), venue]),
);

/**
 * Keeps the bars of one venue out of another's table: rows have no column for the venue, so they would replace each other.
 * A source that is not one of ours counts as KRX's, as in older tables, unless it is the one to be written.
 *
 * @throws {@link ConfigError} if the table holds another venue's rows.
 */
export async function checkTableVenue(
  client: PgClient,
  table: string,
  { venue, source }: { readonly venue: Venue; readonly source: string },
): Promise<void> {
  const [row] = (await run(client, table, anySourceSql(table))) as { source: string | null }[];
  if (row === undefined) return;
  const stored = row.source ?? "";
  const holds = VENUE_OF.get(stored) ?? (stored === source ? venue : "KRX");
  if (holds === venue) return;
  throw new ConfigError(
    "table",
    `a table of ${venue} bars: this one holds ${holds} bars (source "${stored}"), and both would replace each other; ` +
      "give each venue a table of its own",
    table,
  );
}

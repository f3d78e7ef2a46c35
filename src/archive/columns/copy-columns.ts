import type { ObjectStore } from "../../storage/index.js";
import { type DayManifest, columnsKey, sha256Of } from "./manifest.js";
import type { ColumnsDay } from "./read-columns-day.js";

/**
 * Copies a day's Parquet object to the same key of another store, fetching it once.
 *
 * @returns false if it is not the object that the manifest describes.
 * @throws {@link StorageError} if either store fails.
 */
export async function copyColumns(
  day: ColumnsDay,
  manifest: Pick<DayManifest, "sha256">,
  to: ObjectStore,
): Promise<boolean> {
  const key = columnsKey(day.prefix, day.venue, day.tradingDay);
  const bytes = await day.store.get(key);
  if (bytes === undefined || sha256Of(bytes) !== manifest.sha256) return false;
  await to.put(key, bytes);
  return true;
}

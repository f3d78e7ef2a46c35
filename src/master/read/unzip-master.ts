import { ConfigError, MasterFormatError, checkOptions, parseKstStamp, show } from "../../core/index.js";
import { type Market, checkMarket, masterFiles } from "../market.js";
import { explainNoZip } from "./explain-input.js";

/** Options of {@link unzipMaster}. */
export interface UnzipMasterOptions {
  /** Requires the entry to be this market's file. @defaultValue any `*.mst` or `*.cod` */
  readonly market?: Market;
  /** Most bytes to unpack. An entry that claims more is refused unread. @defaultValue 64 MiB, 80 times the largest seen */
  readonly maxBytes?: number;
}

/** The one file of a master zip. */
export interface UnzippedMaster {
  /** The `.mst`, unpacked; its CRC is right. */
  readonly bytes: Uint8Array;
  /** Name in the zip: `kospi_code.mst`, `NASMST.COD`. */
  readonly entryName: string;
  /** When KIS wrote the file, epoch ms; `undefined` if the zip does not say. */
  readonly asOf: number | undefined;
}

/** The UT extra field of Info-ZIP: flags, then seconds since 1970 UTC. */
const UT = 0x5455;

const DEFAULT_MAX_BYTES = 64 * 2 ** 20;

/**
 * Unpacks a master zip. It must have exactly one entry, of the expected name and no larger than `maxBytes`.
 *
 * @throws {@link MasterFormatError} for anything else: no zip, a cut or damaged one, more entries, a path in the
 * name, encryption, a bomb.
 * @example
 * ```ts
 * const { bytes } = await unzipMaster(await readFile("kospi_code.mst.zip"), { market: "kospi" });
 * const kospi = parseMaster("kospi", bytes, { date: "2026-11-20" });
 * ```
 */
export async function unzipMaster(
  zip: Uint8Array,
  options: UnzipMasterOptions = {},
): Promise<UnzippedMaster> {
  const { maxBytes = DEFAULT_MAX_BYTES } = checkOptions(options, "an object, or left out");
  if (!(zip instanceof Uint8Array)) throw new ConfigError("zip", "a Uint8Array", typeof zip);
  if (!(Number.isInteger(maxBytes) && maxBytes > 0))
    throw new ConfigError("maxBytes", "a positive integer", maxBytes);
  const market = options.market === undefined ? undefined : checkMarket(options.market);
  const { default: AdmZip } = await import("adm-zip");
  const refuse = (what: string, cause?: unknown): MasterFormatError =>
    new MasterFormatError(
      `${market ?? "master"} zip: ${what}${/[;:] (?:give|download|run|take)/.test(what) ? "" : "; download it again"}`,
      { market: market ?? "unknown", line: 0, byteOffset: 0, field: undefined },
      cause === undefined ? {} : { cause },
    );
  const wrong = explainNoZip(zip);
  if (wrong !== undefined) throw refuse(wrong);
  try {
    const archive = new AdmZip(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength));
    const count = archive.getEntryCount();
    if (count !== 1) throw refuse(`it has ${count} entries, expected one`);
    const [entry] = archive.getEntries();
    if (entry === undefined) throw refuse("it has no entry");
    const name = entry.entryName;
    const expected = market === undefined ? undefined : masterFiles[market].entry;
    const right =
      expected === undefined
        ? /^\w+\.(?:mst|cod)$/i.test(name)
        : name.toLowerCase() === expected.toLowerCase();
    if (!right) throw refuse(`its entry is ${show(name)}, expected ${expected ?? "a *.mst or *.cod"}`);
    const { size } = entry.header;
    if (size > maxBytes) throw refuse(`its entry unpacks to ${size} bytes, more than ${maxBytes}`);
    // If the header claims less than there is, adm-zip throws at the claimed size.
    const data = entry.getData();
    if (data.length !== size) throw refuse(`its entry unpacks to ${data.length} bytes, expected ${size}`);
    return {
      bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      entryName: name,
      asOf: writtenAt(entry.extra, entry.header.timeval),
    };
  } catch (error) {
    if (error instanceof MasterFormatError) throw error;
    throw refuse(`it cannot be unpacked (${show(error instanceof Error ? error.message : error)})`, error);
  }
}

/** The UT field has the time in UTC; the DOS time of the entry is KST, to two seconds. */
function writtenAt(extra: Uint8Array, dosTime: number): number | undefined {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const size = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) !== UT || size < 5 || at + 9 > extra.length) continue;
    if (view.getUint8(at + 4) % 2 === 1) return view.getInt32(at + 5, true) * 1000;
  }
  // 7 bits of years since 1980, 4 of month, 5 of day, then 5, 6 and 5 of hours, minutes and seconds by two.
  const part = (shift: number, bits: number): string =>
    String((dosTime >>> shift) & (2 ** bits - 1)).padStart(2, "0");
  const seconds = String((dosTime & 31) * 2).padStart(2, "0");
  const day = `${((dosTime >>> 25) & 127) + 1980}${part(21, 4)}${part(16, 5)}`;
  return parseKstStamp(`${day}${part(11, 5)}${part(5, 6)}${seconds}`);
}

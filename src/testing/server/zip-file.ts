import { crc32, deflateRawSync } from "node:zlib";
import { formatKstStamp } from "../../core/index.js";

/**
 * A zip as KIS makes its master files: one deflated entry, no data descriptor, made on Unix, extra fields `UT`
 * (the time, UTC) and `ux` (owner) of 28 bytes before the data and 24 in the directory, DOS time in KST.
 */
export function zipFile(entryName: string, bytes: Uint8Array, modifiedAt: number): Uint8Array {
  const packed = deflateRawSync(bytes);
  const name = Buffer.from(entryName, "latin1");
  const { date, time } = dosStamp(modifiedAt);
  const seconds = Math.floor(modifiedAt / 1000);
  const localExtra = extra(seconds, true);
  const centralExtra = extra(seconds, false);

  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0); // version needed
  shared.writeUInt16LE(2, 2); // flags: maximum compression
  shared.writeUInt16LE(8, 4); // deflate
  shared.writeUInt16LE(time, 6);
  shared.writeUInt16LE(date, 8);
  shared.writeUInt32LE(crc32(bytes), 10);
  shared.writeUInt32LE(packed.length, 14);
  shared.writeUInt32LE(bytes.length, 18);
  shared.writeUInt16LE(name.length, 22);

  const local = Buffer.from(shared);
  local.writeUInt16LE(localExtra.length, 24);
  const central = Buffer.from(shared);
  central.writeUInt16LE(centralExtra.length, 24);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(0o100644 * 0x10000, 6); // attributes of a plain file

  const body = [signature(0x04034b50), local, name, localExtra, packed];
  const directory = [signature(0x02014b50), Buffer.from([30, 3]), central, tail, name, centralExtra];
  const size = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(size(directory), 8);
  end.writeUInt32LE(size(body), 12);
  return Buffer.concat([...body, ...directory, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** `UT`: modification time, and access time before the data only. `ux`: user and group 0. */
function extra(seconds: number, local: boolean): Buffer {
  const times = Buffer.alloc(local ? 13 : 9);
  times.write("UT", "latin1");
  times.writeUInt16LE(local ? 9 : 5, 2);
  times.writeUInt8(3, 4);
  times.writeUInt32LE(seconds, 5);
  if (local) times.writeUInt32LE(seconds, 9);
  const owner = Buffer.from([0x75, 0x78, 11, 0, 1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
  return Buffer.concat([times, owner]);
}

/** MS-DOS date and time of an instant in KST, to two seconds. */
function dosStamp(atMs: number): { readonly date: number; readonly time: number } {
  const stamp = formatKstStamp(atMs);
  const part = (from: number, to: number): number => Number(stamp.slice(from, to));
  return {
    date: ((part(0, 4) - 1980) << 9) | (part(4, 6) << 5) | part(6, 8),
    time: (part(8, 10) << 11) | (part(10, 12) << 5) | (part(12, 14) >> 1),
  };
}

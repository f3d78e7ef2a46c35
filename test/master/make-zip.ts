/** Builds zips as KIS's are (one deflated entry, UT and ux extra fields), and hostile ones. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Epoch ms of the UT field; no UT field if undefined. */
  readonly writtenAt?: number;
  /** DOS date and time, KST. */
  readonly dos?: { year: number; month: number; day: number; hour: number; minute: number; second: number };
  /** Lies in the headers. */
  readonly claimedSize?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly method?: number;
}

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

export function makeZip(entries: readonly ZipEntry[]): Uint8Array {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const data = entry.method === 0 ? Buffer.from(entry.bytes) : deflateRawSync(entry.bytes);
    const { year, month, day, hour, minute, second } = entry.dos ?? {
      year: 2026,
      month: 11,
      day: 20,
      hour: 8,
      minute: 45,
      second: 2,
    };
    const time = u32(
      ((year - 1980) << 25) | (month << 21) | (day << 16) | (hour << 11) | (minute << 5) | (second >> 1),
    );
    const stamp = entry.writtenAt === undefined ? undefined : u32(Math.round(entry.writtenAt / 1000));
    const ux = Buffer.from([0x75, 0x78, 11, 0, 1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    // Info-ZIP writes two times into the local header and one into the central directory.
    const local = stamp ? Buffer.concat([ux, u16(0x5455), u16(9), Buffer.from([3]), stamp, stamp]) : ux;
    const central = stamp ? Buffer.concat([ux, u16(0x5455), u16(5), Buffer.from([3]), stamp]) : ux;
    const fields = Buffer.concat([
      u16(20),
      u16(entry.flags ?? 2),
      u16(entry.method ?? 8),
      time,
      u32(entry.crc ?? crc32(entry.bytes)),
      u32(data.length),
      u32(entry.claimedSize ?? entry.bytes.length),
      u16(name.length),
    ]);
    locals.push(u32(0x04034b50), fields, u16(local.length), name, local, data);
    centrals.push(
      Buffer.concat([
        u32(0x02014b50),
        u16(0x031e),
        fields,
        u16(central.length),
        u16(0),
        u16(0),
        u16(0),
        u32(0x81a40000),
        u32(offset),
        name,
        central,
      ]),
    );
    offset += 30 + name.length + local.length + data.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.concat([
    u32(0x06054b50),
    u16(0),
    u16(0),
    u16(entries.length),
    u16(entries.length),
    u32(directory.length),
    u32(offset),
    u16(0),
  ]);
  return new Uint8Array(Buffer.concat([...locals, directory, end]));
}

import { kstInstant, unzipMaster } from "hantoo";
import { expect, test } from "vitest";
import { type ZipEntry, makeZip } from "../make-zip.js";
import { kospiBytes } from "../sample-rows.js";

const bytes = kospiBytes();
const entry = { name: "kospi_code.mst", bytes };
const writtenAt = Date.UTC(2026, 10, 19, 23, 45, 1);

test("gives the file, its name and when it was written, in UTC", async () => {
  const unzipped = await unzipMaster(makeZip([{ ...entry, writtenAt }]), { market: "kospi" });
  expect(unzipped).toEqual({ bytes, entryName: "kospi_code.mst", asOf: writtenAt });
});

test("without a UT field the entry's own time is KST, in any host's zone", async () => {
  const { asOf } = await unzipMaster(
    makeZip([{ ...entry, dos: { year: 2026, month: 3, day: 8, hour: 2, minute: 30, second: 44 } }]),
  );
  // 02:30 of this day does not exist in New York.
  expect(asOf).toBe(kstInstant("2026-03-08", "02:30:44"));
  expect(
    (
      await unzipMaster(
        makeZip([{ ...entry, dos: { year: 1980, month: 0, day: 0, hour: 0, minute: 0, second: 0 } }]),
      )
    ).asOf,
  ).toBeUndefined();
});

test("reads a view into a larger buffer, and overseas names in capitals", async () => {
  const zip = makeZip([{ name: "NASMST.COD", bytes, writtenAt }]);
  const pool = Buffer.concat([Buffer.from("abc"), zip, Buffer.from("def")]);
  const view = new Uint8Array(pool.buffer, pool.byteOffset + 3, zip.length);
  expect((await unzipMaster(view, { market: "nas" })).entryName).toBe("NASMST.COD");
});

test("a stored entry is as good as a deflated one", async () => {
  expect((await unzipMaster(makeZip([{ ...entry, method: 0 }]))).bytes).toEqual(bytes);
});

const bomb = new Uint8Array(65 * 2 ** 20);
const refusals: [string, readonly ZipEntry[] | Uint8Array, RegExp][] = [
  ["two entries", [entry, { ...entry, name: "kosdaq_code.mst" }], /2 entries/],
  ["no entry", [], /0 entries/],
  ["another market's file", [{ ...entry, name: "kosdaq_code.mst" }], /expected kospi_code\.mst/],
  ["a path", [{ ...entry, name: "../../kospi_code.mst" }], /entry is/],
  ["an absolute path", [{ ...entry, name: "/etc/passwd" }], /entry is/],
  ["a Windows path", [{ ...entry, name: "..\\kospi_code.mst" }], /entry is/],
  ["a folder", [{ ...entry, name: "kospi_code.mst/" }], /entry is/],
  ["a NUL in the name", [{ ...entry, name: "kospi_code.mst\0.exe" }], /entry is/],
  ["encryption", [{ ...entry, flags: 1 }], /cannot be unpacked/],
  ["a wrong CRC", [{ ...entry, crc: 1 }], /cannot be unpacked/],
  ["an unknown method", [{ ...entry, method: 99 }], /cannot be unpacked/],
  ["a bomb", [{ ...entry, bytes: bomb }], /68157440 bytes, more than/],
  ["a bomb that claims to be small", [{ ...entry, bytes: bomb, claimedSize: 1000 }], /cannot be unpacked/],
  ["a size that is not there", [{ ...entry, claimedSize: bytes.length + 1 }], /unpack/],
  ["a cut zip", makeZip([entry]).subarray(0, 300), /the zip is cut/],
  ["no zip", Buffer.from("<html></html>"), /a page in HTML/],
  ["nothing", new Uint8Array(), /it is empty/],
];
test.each(refusals)("refuses %s", async (_, content, message) => {
  const zip = content instanceof Uint8Array ? content : makeZip(content);
  await expect(unzipMaster(zip, { market: "kospi" })).rejects.toMatchObject({
    code: "master_format",
    market: "kospi",
    line: 0,
    message: expect.stringMatching(message),
  });
});

test("without a market any master file will do, and nothing else", async () => {
  expect((await unzipMaster(makeZip([{ ...entry, name: "theme_code.mst" }]))).entryName).toBe(
    "theme_code.mst",
  );
  await expect(unzipMaster(makeZip([{ ...entry, name: "a.exe" }]))).rejects.toMatchObject({
    code: "master_format",
  });
  await expect(unzipMaster(makeZip([{ ...entry, name: "../a.mst" }]))).rejects.toMatchObject({
    code: "master_format",
  });
});

test("options are checked before anything is read", async () => {
  await expect(unzipMaster(makeZip([entry]), { maxBytes: 0 })).rejects.toMatchObject({
    code: "config",
    option: "maxBytes",
  });
  await expect(unzipMaster("PK" as never)).rejects.toMatchObject({ code: "config", option: "zip" });
  await expect(unzipMaster(makeZip([entry]), { maxBytes: bytes.length - 1 })).rejects.toMatchObject({
    code: "master_format",
  });
});

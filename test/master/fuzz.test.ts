import * as fc from "fast-check";
import {
  type Market,
  MasterFormatError,
  formatMaster,
  isHantooError,
  parseMaster,
  unzipMaster,
} from "hantoo";
import { expect, test } from "vitest";
import { masterFiles } from "../../src/master/market.js";
import { formatMasterDocument, parseMasterDocument } from "../../src/master/cache/master-document.js";
import { damaged, edited, edits, runs } from "../support/fuzz.js";
import { makeZip } from "./make-zip.js";
import { kospiBytes } from "./sample-rows.js";

const date = "2026-11-20";
const markets = Object.keys(masterFiles) as Market[];
const sample = kospiBytes();

/** Either it is understood, and then to the last byte, or it is refused as no master. */
function parsesOrRefuses(market: Market, bytes: Uint8Array): "parsed" | "refused" {
  try {
    const master = parseMaster(market, bytes, { date });
    expect(Buffer.compare(formatMaster(master), bytes)).toBe(0);
    return "parsed";
  } catch (error) {
    if (!(error instanceof MasterFormatError)) throw error;
    expect(error.market).toBe(market);
    expect(error.line).toBeGreaterThanOrEqual(0);
    expect(error.byteOffset).toBeLessThanOrEqual(bytes.length);
    return "refused";
  }
}

test("random bytes, in any market", () => {
  const bytes = fc.uint8Array({ maxLength: 2000 });
  const lines = fc
    .array(
      fc.uint8Array({ maxLength: 300 }).map((line) => Buffer.concat([line, Buffer.from("\n")])),
      { maxLength: 8 },
    )
    .map((parts) => new Uint8Array(Buffer.concat(parts)));
  fc.assert(
    fc.property(
      fc.constantFrom(...markets),
      fc.oneof(bytes, lines),
      (market, content) => void parsesOrRefuses(market, content),
    ),
    { numRuns: runs },
  );
});

test("rows of the right length with anything in them", () => {
  const fixed = markets.filter((market) => "rowBytes" in masterFiles[market].layout);
  const row = (market: Market): fc.Arbitrary<Uint8Array> => {
    const { rowBytes } = masterFiles[market].layout as { readonly rowBytes: number };
    return fc
      .string({
        unit: fc.constantFrom(...Array.from("0129 -.AYNKRST\u00B0\u00A1\u0000")),
        minLength: rowBytes,
        maxLength: rowBytes,
      })
      .map((text) => new Uint8Array(Buffer.from(`${text}\n`, "latin1")));
  };
  fc.assert(
    fc.property(
      fc.constantFrom(...fixed).chain((market) => row(market).map((bytes) => ({ market, bytes }))),
      ({ market, bytes }) => void parsesOrRefuses(market, bytes),
    ),
    { numRuns: runs },
  );
});

test("a good file with any byte changed", () => {
  fc.assert(
    fc.property(fc.nat(sample.length - 1), fc.nat(255), (at, byte) => {
      const bytes = sample.slice();
      bytes[at] = byte;
      parsesOrRefuses("kospi", bytes);
    }),
    { numRuns: runs * 3 },
  );
});

test("a good file cut anywhere, or missing or repeating a stretch: never shifted rows", () => {
  fc.assert(
    fc.property(fc.nat(sample.length), fc.nat(sample.length), (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      expect(parsesOrRefuses("kospi", sample.subarray(0, from))).toBe(
        from % 289 === 0 && from > 0 ? "parsed" : from % 289 === 288 ? "parsed" : "refused",
      );
      const without = Buffer.concat([sample.subarray(0, from), sample.subarray(to)]);
      if ((to - from) % 289 !== 0 && to < sample.length)
        expect(parsesOrRefuses("kospi", without)).toBe("refused");
      else parsesOrRefuses("kospi", without);
      parsesOrRefuses("kospi", Buffer.concat([sample.subarray(0, to), sample.subarray(from)]));
    }),
    { numRuns: runs },
  );
});

test("columns in another order or of another width", () => {
  const { fields } = masterFiles.kospi.layout as {
    readonly fields: readonly { offset: number; width: number }[];
  };
  const row = sample.subarray(0, 288);
  fc.assert(
    fc.property(
      fc.nat(fields.length - 1),
      fc.nat(fields.length - 1),
      fc.integer({ min: -2, max: 2 }),
      (i, j, by) => {
        const cells: Uint8Array[] = fields.map(({ offset, width }) =>
          Buffer.from(row.subarray(offset, offset + width)),
        );
        const [a, b] = [cells[i] as Uint8Array, cells[j] as Uint8Array];
        cells[i] = b;
        cells[j] = a;
        parsesOrRefuses("kospi", Buffer.concat([...cells, Buffer.from("\n")]));
        const shifted = by < 0 ? row.subarray(-by) : Buffer.concat([Buffer.alloc(by, 0x30), row]);
        const line = Buffer.concat([shifted, Buffer.alloc(Math.max(0, 288 - shifted.length), 0x20)]).subarray(
          0,
          288,
        );
        if (by !== 0)
          expect(parsesOrRefuses("kospi", Buffer.concat([line, Buffer.from("\n")]))).toBe("refused");
      },
    ),
    { numRuns: runs },
  );
});

test("zips with anything changed, cut or added unpack whole or are refused", async () => {
  const zip = makeZip([{ name: "kospi_code.mst", bytes: sample, writtenAt: 0 }]);
  const spoil = fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.oneof(spoil, fc.nat(zip.length), fc.uint8Array({ maxLength: 400 })), async (how) => {
      let bytes = zip.slice();
      if (typeof how === "number") bytes = bytes.subarray(0, how);
      else if (how instanceof Uint8Array) bytes = how;
      else for (const [at, byte] of how) bytes[at] = byte;
      try {
        const { bytes: unpacked } = await unzipMaster(bytes, { market: "kospi" });
        expect(Buffer.compare(unpacked, sample)).toBe(0);
      } catch (error) {
        if (!isHantooError(error)) throw error;
        expect(error.code).toBe("master_format");
      }
    }),
    { numRuns: runs * 2 },
  );
});

test("a cached document with anything changed in it is the master it was, or has a problem", () => {
  const master = { ...parseMaster("kospi", sample, { date }), retrievedAt: 1_795_000_000_000 };
  const good = formatMasterDocument(master);
  const json = JSON.parse(Buffer.from(good).toString("utf8")) as Record<string, unknown>;
  const { source: _, ...fieldsOnly } = json;
  const bytes = fc.oneof(
    damaged(good),
    edits.map((changes) => Buffer.from(JSON.stringify(edited(json, changes)) ?? "")),
    edits.map((changes) => Buffer.from(JSON.stringify(edited(fieldsOnly, changes)) ?? "")),
  );
  expect(parseMasterDocument("kospi", date, good).master?.instruments.size).toBe(master.instruments.size);
  fc.assert(
    fc.property(bytes, (content) => {
      const { master: found, problem } = parseMasterDocument("kospi", date, content);
      if (found === undefined) {
        expect(typeof problem).toBe("string");
        return;
      }
      expect(found).toMatchObject({ market: "kospi", date });
      expect(Number.isSafeInteger(found.retrievedAt), `${found.retrievedAt}`).toBe(true);
      for (const [symbol, instrument] of found.instruments) expect(instrument.symbol).toBe(symbol);
      formatMaster(found);
    }),
    { numRuns: runs },
  );
});

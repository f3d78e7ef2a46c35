import { createHash, randomBytes } from "node:crypto";
import { compress } from "@mongodb-js/zstd";
import { describe, expect, test } from "vitest";
import { type Unsealed, seal, unseal } from "../../src/archive/objects/sealed/codec.js";
import { formatDay } from "../../src/archive/lines/kline-record.js";
import {
  TRAILER_BYTES,
  factsOfEnd,
  formatTrailer,
  proofOf,
} from "../../src/archive/objects/sealed/trailer.js";
import { measureFrame } from "../../src/archive/objects/sealed/zstd-frame.js";
import { createRandom } from "../../src/testing/random.js";
import { SYMBOLS, filledDay } from "../kline/day-samples.js";

const CONTENT = formatDay(filledDay(SYMBOLS, 120));
const DAMAGES = Number(process.env["HANTOO_DAMAGES"] ?? 1000);

/** Proved content; comparing buffers by `toEqual` takes seconds. */
const contentOf = (result: Unsealed): Buffer | undefined =>
  "proved" in result && result.proved ? result.content : undefined;

describe("a sealed object", () => {
  test("is one zstd frame and the documented trailer", async () => {
    const object = await seal(CONTENT);
    const frame = measureFrame(object, 0);
    const trailer = object.subarray(frame?.end);
    expect(trailer).toHaveLength(56);
    expect(trailer.readUInt32LE(0)).toBe(0x184d2a5a);
    expect(trailer.readUInt32LE(4)).toBe(48);
    expect(trailer.toString("latin1", 8, 16)).toBe("hantoo1\0");
    expect(trailer.readBigUInt64LE(16)).toBe(BigInt(CONTENT.length));
    expect(trailer.subarray(24).equals(createHash("sha256").update(CONTENT).digest())).toBe(true);
  });

  test.each([1, 3, 10, 19, 22])("of level %i gives its content back, proved", async (level) => {
    const content = Buffer.concat([CONTENT, randomBytes(300_000), Buffer.alloc(400_000)]);
    expect(contentOf(await unseal(await seal(content, level)))?.equals(content)).toBe(true);
  });

  test("of a higher level is smaller: the addon honours the level", async () => {
    const sizes = await Promise.all([1, 6, 19].map(async (level) => (await seal(CONTENT, level)).length));
    expect(sizes.toSorted((a, b) => b - a)).toEqual(sizes);
    expect(new Set(sizes).size).toBe(3);
  });

  test("may be empty, and lie anywhere in a larger buffer", async () => {
    expect(await unseal(await seal(Buffer.alloc(0)))).toEqual({
      content: Buffer.alloc(0),
      proved: true,
      facts: {},
    });
    const object = await seal(CONTENT);
    const within = Buffer.concat([randomBytes(13), object, randomBytes(5)]).subarray(13, 13 + object.length);
    expect(await unseal(new Uint8Array(within.buffer, within.byteOffset, within.length))).toEqual({
      content: CONTENT,
      proved: true,
      facts: {},
    });
  });

  test("carries facts, each bit of which is proved, and which a few last bytes tell", async () => {
    const facts = { source: "kis-live", writer: "hantoo/0.2.0", sources: ["삼성", "b"] };
    const object = await seal(Buffer.from("content"), 1, facts);
    const start = measureFrame(object, 0)!.end;
    expect(object.readUInt32LE(start + 4)).toBe(object.length - start - 8);
    const length = object.readUInt32LE(start + 56);
    expect(JSON.parse(object.toString("utf8", start + 60, start + 60 + length))).toEqual(facts);
    expect(await unseal(object)).toMatchObject({ proved: true, facts });
    expect(factsOfEnd(object.subarray(start), false)).toEqual(facts);
    expect(factsOfEnd(object.subarray(start + 1), false)).toBeUndefined();
    expect(factsOfEnd(Buffer.from("older"), true)).toEqual({});
    for (let bit = start * 8; bit < object.length * 8; bit++) {
      const flipped = Buffer.from(object);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(await unseal(flipped), `bit ${bit}`).toHaveProperty("damage");
    }
  });

  test("of another writer may end with the JSON, and may say nothing that we know", async () => {
    const plain = await seal(Buffer.from("content"), 1);
    const start = measureFrame(plain, 0)!.end;
    const json = Buffer.from('{"source":7,"later":true,"sources":["a"]}');
    const size = Buffer.alloc(4);
    size.writeUInt32LE(json.length);
    const object = Buffer.concat([plain, size, json]);
    object.writeUInt32LE(object.length - start - 8, start + 4);
    expect(await unseal(object)).toMatchObject({ proved: true, facts: { sources: ["a"] } });
  });
});

describe("damage", () => {
  test(`${DAMAGES} random flips, cuts, insertions and appended bytes: each is found, or changes nothing`, async () => {
    const object = await seal(CONTENT);
    const noise = createRandom(20261121);
    const below = (limit: number): number => Math.floor(noise() * limit);
    for (let round = 0; round < DAMAGES; round++) {
      const at = round % 4 === 3 ? object.length - 1 - below(TRAILER_BYTES) : below(object.length);
      const bytes = Buffer.from(Array.from({ length: 1 + below(80) }, () => below(256)));
      let damaged = Buffer.from(object);
      const kind = ["flip", "cut", "append", "insert", "overwrite", "remove"][below(6)] ?? "flip";
      if (kind === "flip") damaged[at] = (damaged[at] ?? 0) ^ (1 << below(8));
      if (kind === "cut") damaged = damaged.subarray(0, at);
      if (kind === "append") damaged = Buffer.concat([damaged, bytes]);
      if (kind === "insert") damaged = Buffer.concat([damaged.subarray(0, at), bytes, damaged.subarray(at)]);
      if (kind === "remove")
        damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + bytes.length)]);
      if (kind === "overwrite") bytes.copy(damaged, at);
      if (damaged.equals(object)) continue;
      const result = await unseal(damaged);
      // A few bits do not change what is decoded: the window size, padding, and a cut of exactly the proof.
      if ("damage" in result) continue;
      expect(result.content.equals(CONTENT), `${kind} at ${at} of ${object.length}`).toBe(true);
    }
  });

  test("every single bit of the trailer counts", async () => {
    const object = await seal(CONTENT);
    for (let bit = (object.length - TRAILER_BYTES) * 8; bit < object.length * 8; bit++) {
      const damaged = Buffer.from(object);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await unseal(damaged), `bit ${bit & 7} of byte ${bit >> 3}`).toHaveProperty("damage");
    }
  });

  test("every cut of a small object is found, but for the one that takes exactly the proof", async () => {
    const object = await seal(CONTENT.subarray(0, 500));
    for (let length = 0; length < object.length; length++) {
      const result = await unseal(object.subarray(0, length));
      if (length === object.length - TRAILER_BYTES)
        expect(result).toEqual({ content: CONTENT.subarray(0, 500), proved: false, facts: {} });
      else expect(result, `cut to ${length}`).toHaveProperty("damage");
    }
  });

  test.each<[string, (object: Buffer, frame: Buffer, trailer: Buffer) => Buffer]>([
    ["two trailers", (object, _, trailer) => Buffer.concat([object, trailer])],
    ["a torn second trailer", (object, _, trailer) => Buffer.concat([object, trailer.subarray(0, 30)])],
    ["two objects in one", (object) => Buffer.concat([object, object])],
    ["a second frame before the trailer", (_, frame, trailer) => Buffer.concat([frame, frame, trailer])],
    ["the trailer before the frame", (_, frame, trailer) => Buffer.concat([trailer, frame])],
    ["the trailer alone", (_, __, trailer) => trailer],
    ["nothing", () => Buffer.alloc(0)],
    [
      "a proof of another length",
      (_, frame) =>
        Buffer.concat([frame, formatTrailer({ ...proofOf(CONTENT), length: CONTENT.length + 1 })]),
    ],
    [
      "a proof of other content",
      (_, frame) =>
        Buffer.concat([frame, formatTrailer({ ...proofOf(Buffer.from("x")), length: CONTENT.length })]),
    ],
    ["HTML", () => Buffer.from("<html><body>503 Service Unavailable</body></html>")],
    [
      "an XML error of S3",
      () => Buffer.from('<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>'.repeat(20)),
    ],
  ])("%s", async (_, damage) => {
    const object = await seal(CONTENT);
    const end = object.length - TRAILER_BYTES;
    expect(await unseal(damage(object, object.subarray(0, end), object.subarray(end)))).toHaveProperty(
      "damage",
    );
  });
});

describe("bombs", () => {
  const zeros = Buffer.alloc(64 * 2 ** 20);

  test("that lie about their length are not expanded", async () => {
    const bomb = Buffer.concat([
      await compress(zeros, 3),
      formatTrailer({ length: 1000, sha256: proofOf(zeros).sha256 }),
    ]);
    expect(bomb.length).toBeLessThan(10_000);
    expect(await unseal(bomb)).toEqual({ damage: expect.stringContaining("could expand to") as string });
  });

  test("without a trailer, and beyond what is allowed, are not expanded", async () => {
    const bomb = await compress(zeros, 3);
    expect(await unseal(bomb, { maxContentBytes: 2 ** 20 })).toHaveProperty("damage");
    expect(await unseal(bomb)).toMatchObject({ proved: false });
    expect(await unseal(await seal(zeros), { maxContentBytes: 2 ** 20 })).toHaveProperty("damage");
  });
});

test("content of older writers is read without proof: several frames, checksums, content sizes", async () => {
  const halves = [CONTENT.subarray(0, 1000), CONTENT.subarray(1000)];
  const frames = await Promise.all(halves.map((half) => compress(half, 3)));
  expect(await unseal(Buffer.concat(frames))).toEqual({ content: CONTENT, proved: false, facts: {} });
});

import { randomBytes } from "node:crypto";
import * as addon from "@mongodb-js/zstd";
import { describe, expect, test } from "vitest";
import { ConfigError } from "hantoo";
import { type Zstd, loadZstd } from "../../src/archive/objects/sealed/zstd.js";
import { measureFrame } from "../../src/archive/objects/sealed/zstd-frame.js";
import { failureOf } from "../support/failure-of.js";

const CONTENT = Buffer.concat([Buffer.from("005930,98000,15\n".repeat(40_000)), randomBytes(200_000)]);
const withoutOwn = { constants: {} };

/** A loader that knows these modules alone, and which were asked for. */
function loader(modules: Readonly<Record<string, unknown>>): {
  readonly asked: string[];
  readonly load: (name: string) => Promise<unknown>;
} {
  const asked: string[] = [];
  return {
    asked,
    load(name) {
      asked.push(name);
      const found = modules[name];
      return found === undefined ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve(found);
    },
  };
}

test("a Node without zstd takes the addon", async () => {
  const { asked, load } = loader({ "node:zlib": withoutOwn, "@mongodb-js/zstd": addon });
  const { compress, decompress } = await loadZstd(load);
  expect(asked).toEqual(["node:zlib", "@mongodb-js/zstd"]);
  expect((await decompress(await compress(CONTENT, 10))).equals(CONTENT)).toBe(true);
});

test("where neither loads the error says what to do", async () => {
  const error = await failureOf(loadZstd(loader({ "node:zlib": withoutOwn }).load));
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).message).toMatch(/Node 22\.15, 23\.8 .*@mongodb-js\/zstd/);
  expect((error as ConfigError).cause).toBeInstanceOf(Error);
});

const zlib: Readonly<Record<string, unknown>> = await import("node:zlib");

describe.runIf("zstdCompress" in zlib)("Node's own zstd", () => {
  const own = (): Promise<Zstd> => loadZstd(loader({ "node:zlib": zlib }).load);
  const other = (): Promise<Zstd> =>
    loadZstd(loader({ "node:zlib": withoutOwn, "@mongodb-js/zstd": addon }).load);

  test("is taken before the addon, which is not even asked for", async () => {
    const { asked, load } = loader({ "node:zlib": zlib, "@mongodb-js/zstd": addon });
    await loadZstd(load);
    expect(asked).toEqual(["node:zlib"]);
  });

  test.each([1, 3, 10, 19])("of level %i reads what the addon wrote, and is read by it", async (level) => {
    const frames = await Promise.all(
      [own, other].map(async (each) => (await each()).compress(CONTENT, level)),
    );
    for (const frame of frames) {
      expect(measureFrame(frame, 0)?.end).toBe(frame.length);
      for (const each of [own, other])
        expect((await (await each()).decompress(frame)).equals(CONTENT)).toBe(true);
    }
    // The level is honoured: within a twentieth of what the addon makes of it.
    const [mine, theirs] = frames.map(({ length }) => length) as [number, number];
    expect(Math.abs(mine - theirs)).toBeLessThan(theirs / 20);
  });

  test("has no checksum, as the addon's frames have none: the trailer proves the content", async () => {
    for (const each of [own, other]) {
      const descriptor = (await (await each()).compress(CONTENT, 10)).readUInt8(4);
      expect(descriptor & 0x04).toBe(0);
    }
  });

  test("reads an object of several frames and an empty one", async () => {
    const { compress, decompress } = await own();
    const frames = Buffer.concat([await compress(CONTENT, 3), await (await other()).compress(CONTENT, 3)]);
    expect((await decompress(frames)).equals(Buffer.concat([CONTENT, CONTENT]))).toBe(true);
    expect(await decompress(await compress(Buffer.alloc(0), 10))).toEqual(Buffer.alloc(0));
  });
});

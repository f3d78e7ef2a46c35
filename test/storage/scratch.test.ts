import * as nodeFs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStore } from "hantoo";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createScratch } from "../../src/storage/index.js";
import { bytesOf } from "../contract/object-store.js";

let root: string;
beforeEach(async () => {
  root = await nodeFs.mkdtemp(join(tmpdir(), "hantoo-scratch-"));
});
afterEach(() => nodeFs.rm(root, { recursive: true }));

const HOUR_MS = 3_600_000;
const NOW = Date.parse("2026-11-20T18:00:00+09:00");

/** What a process leaves that is killed before it removes its scratch; last written so many hours ago. */
async function left(hours: number): Promise<string> {
  const { store } = await createScratch(root, NOW);
  await store.put("columns/day/bars.parquet", bytesOf("x"));
  const paths = await nodeFs.readdir(store.dir, { recursive: true });
  const at = (NOW - hours * HOUR_MS) / 1000;
  for (const path of ["", ...paths]) await nodeFs.utimes(join(store.dir, path), at, at);
  return store.dir;
}

test("a folder that a killed process left is removed by a scratch beside it a day later, and no sooner", async () => {
  const young = await left(23);
  // Its folder is old, and somebody still writes in it.
  const busy = await left(99);
  const file = join(busy, "columns", "day", "bars.parquet");
  await nodeFs.utimes(file, (NOW - HOUR_MS) / 1000, (NOW - HOUR_MS) / 1000);
  const old = await left(25);
  const scratch = await createScratch(root, NOW);
  await scratch.store.put("a", bytesOf("x"));
  expect(await nodeFs.readdir(root).then((names) => names.map((name) => join(root, name)).sort())).toEqual(
    [young, busy, scratch.store.dir].sort(),
  );
  expect(old).not.toBe(young);
  await scratch.remove();
  expect(await nodeFs.readdir(root)).toHaveLength(2);
});

test("nothing but a folder of its own name is removed, and no link is followed", async () => {
  const old = await left(99);
  const name = old.slice(root.length + 1);
  const outside = await nodeFs.mkdtemp(join(tmpdir(), "hantoo-scratch-outside-"));
  try {
    await nodeFs.writeFile(join(outside, "precious"), "x");
    await nodeFs.symlink(
      outside,
      join(
        root,
        name.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      ),
    );
    await nodeFs.symlink(outside, join(old, "linked"));
    await nodeFs.mkdir(join(root, `${name}-copy`));
    await nodeFs.mkdir(join(root, ".hantoo-tmp-mine"));
    await nodeFs.writeFile(
      join(
        root,
        name.replace(/.$/, (last) => (last === "2" ? "3" : "2")),
      ),
      "x",
    );
    const far = NOW + 1000 * 24 * HOUR_MS;
    await createScratch(root, far);
    expect(await nodeFs.readdir(outside)).toEqual(["precious"]);
    expect(await nodeFs.readdir(root)).toHaveLength(4);
    await expect(nodeFs.lstat(old)).rejects.toThrow("ENOENT");
    // A folder that is not there, and one that is a file, are no reason to fail.
    await createScratch(join(root, "none"), far);
    await createScratch(join(outside, "precious"), far);
    expect(await new FileStore(outside).get("precious")).toEqual(bytesOf("x"));
  } finally {
    await nodeFs.rm(outside, { recursive: true });
  }
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;

/** Loaded on first use only, so that `import "hantoo"` is quick and needs no native addon. */
const lazy = ["@aws-sdk/client-s3", "@mongodb-js/zstd", "adm-zip", "ioredis", "ws", "hyparquet-writer", "pg"];

function loadedBy(entry: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "hantoo-entries-"));
  const record = join(folder, "loaded.txt");
  try {
    execFileSync(
      process.execPath,
      [
        "--import",
        "tsx",
        "--import",
        "./test/support/record-modules.mjs",
        "--input-type=module",
        "-e",
        `await import("${entry}")`,
      ],
      { env: { ...process.env, HANTOO_LOADED: record } },
    );
    return readFileSync(record, "utf8").trim().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(["./src/index.ts", "./src/kline/index.ts", "./src/master/index.ts", "./src/storage/index.ts"])(
  "importing %s loads none of the heavy packages",
  (entry) => {
    const loaded = loadedBy(entry);
    expect(loaded.some((url) => url.includes(entry.slice(1)))).toBe(true);
    for (const name of lazy) {
      expect(
        loaded.filter((url) => url.includes(`/node_modules/${name}/`)),
        name,
      ).toEqual([]);
    }
  },
);

test("every entry of package.json is built, and every built entry is in package.json", () => {
  const config = readFileSync("tsup.config.ts", "utf8");
  const built = [...config.matchAll(/"?([\w/]+)"?: "src\/([\w/]+)\.ts"/g)].map(([, name]) => name);
  const published = Object.keys(manifest.exports)
    .filter((name) => name !== "./package.json")
    .map((name) => (name === "." ? "index" : `${name.slice(2)}/index`));
  expect(new Set(built)).toEqual(new Set(published));
});

test("the changelog tells of this version, or of what is to come", () => {
  const changelog = readFileSync("CHANGELOG.md", "utf8");
  expect(changelog).toMatch(/^## Unreleased$/m);
  const versions = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)/gm)].map(([, version]) => version);
  if (versions.length > 0) expect(versions[0]).toBe(manifest.version);
});

test("the lockfile names no registry", () => {
  expect(readFileSync("package-lock.json", "utf8")).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/);
});

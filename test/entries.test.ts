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

/**
 * The packages that importing an entry loads; every other one comes with its first use, so that `import "hantoo"` is
 * quick and needs no native addon.
 */
const needed: Readonly<Record<string, readonly string[]>> = {
  "./src/index.ts": ["bottleneck", "iconv-lite", "ky", "zod"],
  "./src/kis/index.ts": ["bottleneck", "ky", "zod"],
  "./src/master/index.ts": ["iconv-lite"],
  "./src/kline/index.ts": [],
  "./src/calendar/index.ts": [],
  "./src/daily/index.ts": [],
  "./src/storage/index.ts": [],
  "./src/postgres/index.ts": [],
  "./src/testing/index.ts": [],
};

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

test.each(Object.entries(needed))("importing %s loads no other package than %j", (entry, packages) => {
  const loaded = loadedBy(entry);
  expect(loaded.some((url) => url.includes(entry.slice(1)))).toBe(true);
  const names = loaded.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  expect([...new Set(names)].sort()).toEqual(packages);
});

test("each entry's imports are looked at", () => {
  const entries = Object.keys(manifest.exports).filter((name) => name !== "./package.json");
  expect(Object.keys(needed)).toEqual(
    expect.arrayContaining(entries.map((name) => `./src${name.slice(1)}/index.ts`)),
  );
});

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

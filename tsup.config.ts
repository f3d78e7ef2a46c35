import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "calendar/index": "src/calendar/index.ts",
    "daily/index": "src/daily/index.ts",
    "kis/index": "src/kis/index.ts",
    "kline/index": "src/kline/index.ts",
    "master/index": "src/master/index.ts",
    "storage/index": "src/storage/index.ts",
    "postgres/index": "src/postgres/index.ts",
    "testing/index": "src/testing/index.ts",
  },
  format: ["esm", "cjs"],
  // TypeScript 6 calls tsup's baseUrl deprecated and would fail the declaration build.
  dts: { compilerOptions: { ignoreDeprecations: "6.0", paths: {} } },
  // One copy of every class per format, so that `instanceof` holds across entries.
  splitting: true,
  clean: true,
  // The output is unminified and reads well; maps would be two thirds of the package.
  sourcemap: false,
  target: "node20",
  // ky is ESM only: bundled, the CJS build also loads on Node versions that cannot require ES modules.
  noExternal: ["ky"],
});

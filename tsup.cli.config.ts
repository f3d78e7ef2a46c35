import type { Plugin } from "esbuild";
import { defineConfig } from "tsup";

/** `hantoo/kline` in the source is the file beside the command in the package: one copy of every class. */
const package_: Plugin = {
  name: "package",
  setup(build) {
    build.onResolve({ filter: /^hantoo(\/|$)/ }, ({ path }) => ({
      path: path === "hantoo" ? "./index.js" : `./${path.slice("hantoo/".length)}/index.js`,
      external: true,
    }));
  },
};

/** The command, after the package: its parser, progress and prompts are bundled, so that a user installs nothing more. */
export default defineConfig([
  {
    entry: { cli: "src/cli/bin.ts" },
    format: ["esm"],
    dts: false,
    splitting: false,
    clean: false,
    sourcemap: false,
    target: "node20",
    noExternal: ["commander", "cli-progress", "@clack/prompts"],
    esbuildPlugins: [package_],
    // What is bundled as CommonJS asks for Node's own modules by `require`.
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire as hantooRequire } from "node:module";\nconst require = hantooRequire(import.meta.url);',
    },
    metafile: true, // for the licences of what is bundled
  },
  {
    entry: { "cli-charts": "src/cli/page/charts.browser.ts" },
    format: ["iife"],
    globalName: "echarts",
    platform: "browser",
    minify: true,
    dts: false,
    clean: false,
    sourcemap: false,
    target: "es2020",
    noExternal: [/./],
    outExtension: () => ({ js: ".js" }),
    metafile: true,
  },
]);

// Bundles of the installed package, run where nothing is installed: what a Lambda, a container or a page carries.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";

const DAY = "2026-11-20";
/** The calendar of `import { krx } from "hantoo"` and nothing of what needs a host: 65 kB when this was written. */
const MOST_KRX_BYTES = 100_000;

/**
 * @param name - of the package. @param scratch - where it is installed. @param nodes - paths to run the bundles by.
 * @throws where a bundle cannot be made, brings what it should not, or does not run.
 */
export async function checkBundles(name, scratch, nodes) {
  const empty = mkdtempSync(join(tmpdir(), "hantoo-bundle-"));
  const bundle = async (file, source, options) => {
    writeFileSync(join(scratch, file), source);
    const outfile = join(empty, file.replace(/\.mjs$/, ".cjs"));
    const entryPoints = [join(scratch, file)];
    await build({ entryPoints, outfile, bundle: true, logLevel: "error", ...options });
    return outfile;
  };
  try {
    const open = `krx.isTradingDay("${DAY}")`;
    const krx = await bundle("krx.mjs", `import { krx } from "${name}";\nconsole.log(${open});`, {
      platform: "node",
      format: "cjs",
    });
    const bytes = readFileSync(krx).length;
    if (bytes > MOST_KRX_BYTES) throw new Error(`{ krx } of ${name} bundles to ${bytes} bytes`);

    const page = await bundle("page.mjs", `import { krx } from "${name}/calendar";\nanswer = ${open};`, {
      platform: "browser", // fails on any module of Node's
      format: "iife",
    });
    const globals = createContext({ answer: undefined });
    runInContext(readFileSync(page, "utf8"), globals); // no process, no Buffer, no require
    if (globals.answer !== true) throw new Error("the calendar does not answer in a browser");

    const app = await bundle(
      "whole.mjs",
      `import * as hantoo from "${name}";
import * as testing from "${name}/testing";
import { runApp } from "./pack-app.mjs";
runApp(hantoo, testing).then(() => console.log("app ok (bundle)"));`,
      { platform: "node", format: "cjs", minify: true },
    );
    for (const node of nodes) {
      const ask = (...args) => spawnSync(node, args, { cwd: empty, encoding: "utf8" });
      const version = ask("--version").stdout.trim();
      const hasZstd = ask("-p", 'typeof require("node:zlib").zstdCompress').stdout.trim() === "function";
      if (ask(krx).stdout.trim() !== "true")
        throw new Error(`${version}: the bundle of { krx } does not run`);
      const { stdout, stderr } = ask(app);
      // Without a zstd of its own Node needs the addon, which is in no bundle: the error has to say so.
      const isRight = hasZstd ? stdout.includes("app ok") : /Node 22\.15.*@mongodb-js\/zstd/.test(stderr);
      if (!isRight) throw new Error(`${version}: the bundled program: ${stdout}${stderr}`);
      console.log(`${version} bundles ok${hasZstd ? "" : " (zstd: the error that says what to install)"}`);
    }
    console.log(`calendar in a browser ok; { krx } bundles to ${bytes} bytes`);
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
}

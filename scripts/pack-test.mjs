// Installs the packed tarball in a scratch project, imports every entry (ESM, CJS, and the types) and runs a program
// that uses it, by this Node and by each other one whose path is given.
//
// It also runs bundles of the package where nothing is installed (pack-bundles.mjs), and `npx hantoo` as the README has
// a newcomer run it (pack-first-run.mjs).
//
//   node scripts/pack-test.mjs [path-of-node...] [--bun=path] [--deno=path]
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { checkBundles } from "./pack-bundles.mjs";
import { checkFirstRun } from "./pack-first-run.mjs";
import { runReadme } from "./readme-blocks.mjs";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const entries = Object.keys(manifest.exports)
  .filter((name) => name !== "./package.json")
  .map((name) => name.replace(/^\./, manifest.name));
const lazy = ["@aws-sdk", "@mongodb-js/zstd", "adm-zip", "ioredis", "/ws/", "hyparquet"];
const scratch = mkdtempSync(join(tmpdir(), "hantoo-pack-"));
const run = (command, ...args) =>
  execFileSync(command, args, { cwd: scratch, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

try {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", scratch], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  for (const file of ["LICENSE", "THIRD-PARTY.md", "README.md", "CHANGELOG.md"]) {
    if (!packed.files.some(({ path }) => path === file)) throw new Error(`${file} is not in the package`);
  }
  writeFileSync(join(scratch, "package.json"), JSON.stringify({ name: "scratch", private: true }));
  const versions = ["typescript", "@types/node"].map((name) => `${name}@${manifest.devDependencies[name]}`);
  run(
    "npm",
    "install",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    join(scratch, packed.filename),
    ...versions,
  );

  const esm = entries.map(
    (name, i) =>
      `import * as e${i} from "${name}";\nif (Object.keys(e${i}).length === 0) throw new Error("${name} is empty");`,
  );
  writeFileSync(join(scratch, "esm.mjs"), `${esm.join("\n")}\nconsole.log("esm ok");`);
  const cjs = entries.map(
    (name) => `if (Object.keys(require("${name}")).length === 0) throw new Error("${name} is empty");`,
  );
  writeFileSync(
    join(scratch, "cjs.cjs"),
    `require("${manifest.name}");
const heavy = ${JSON.stringify(lazy)}.filter((name) => Object.keys(require.cache).some((file) => file.includes(name)));
if (heavy.length > 0) throw new Error("loaded at import: " + heavy);
${cjs.join("\n")}
console.log("cjs ok");`,
  );
  writeFileSync(
    join(scratch, "identity.mjs"),
    `import { createRequire } from "node:module";
import { ConfigError, isHantooError } from "${manifest.name}";
import { krx } from "${manifest.name}/calendar";
const cjs = createRequire(import.meta.url)("${manifest.name}");
try { krx.isTradingDay("x"); } catch (error) {
  if (!(error instanceof ConfigError)) throw new Error("the class differs across entries");
  if (!cjs.isHantooError(error) || !isHantooError(error)) throw new Error("the brand differs across formats");
  console.log("identity ok");
}`,
  );
  const types = entries.map((name, i) => `import * as t${i} from "${name}";\nvoid t${i};`).join("\n");
  writeFileSync(join(scratch, "types.mts"), types);
  writeFileSync(
    join(scratch, "types.cts"),
    types.replaceAll(/import \* as (\w+) from ("[^"]+");/g, "import $1 = require($2);"),
  );
  copyFileSync("scripts/pack-app.mjs", join(scratch, "pack-app.mjs"));
  writeFileSync(
    join(scratch, "app.mjs"),
    `import * as hantoo from "${manifest.name}";
import * as testing from "${manifest.name}/testing";
import { runApp } from "./pack-app.mjs";
await runApp(hantoo, testing);
console.log("app ok (esm)");`,
  );
  writeFileSync(
    join(scratch, "app.cjs"),
    `import("./pack-app.mjs")
  .then(({ runApp }) => runApp(require("${manifest.name}"), require("${manifest.name}/testing")))
  .then(() => console.log("app ok (cjs)"));`,
  );
  const others = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
  const nodes = [process.execPath, ...process.argv.slice(2).filter((argument) => !others.includes(argument))];
  for (const node of nodes) {
    const version = run(node, "--version").trim();
    for (const file of ["esm.mjs", "cjs.cjs", "identity.mjs", "app.mjs", "app.cjs"])
      process.stdout.write(`${version} ${run(node, file)}`);
    console.log(`${version} ${await runReadme(node, scratch)} blocks of the READMEs ok`);
  }
  for (const other of others) {
    const [, kind, path] = /^--(bun|deno)=(.+)$/.exec(other) ?? [];
    if (kind === undefined) throw new Error(`${other} is neither --bun=path nor --deno=path`);
    const [version] = run(path, "--version")
      .replace(/^deno /, "")
      .split(/\s/);
    const start = kind === "deno" ? ["run", "--allow-all"] : [];
    for (const file of ["esm.mjs", "cjs.cjs", "identity.mjs", "app.mjs", "app.cjs"])
      process.stdout.write(`${kind} ${version} ${run(path, ...start, file)}`);
    run(path, ...start, join("node_modules", manifest.name, manifest.bin.hantoo), "doctor", "--simulate");
    console.log(`${kind} ${version} hantoo doctor --simulate ok`);
  }
  checkFirstRun(scratch);
  console.log("npx hantoo in an empty folder ok");
  await checkBundles(manifest.name, scratch, nodes);
  for (const [module, resolution] of [
    ["node16", "node16"],
    ["esnext", "bundler"],
  ]) {
    const files = module === "node16" ? ["types.mts", "types.cts"] : ["types.mts"];
    run(
      "npx",
      "--no",
      "--",
      "tsc",
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--lib",
      "es2023,esnext.disposable",
      "--types",
      "node",
      "--module",
      module,
      "--moduleResolution",
      resolution,
      "--skipLibCheck",
      "true",
      ...files,
    );
    console.log(`types ok (${resolution})`);
  }
  console.log(
    `${resolve(packed.filename).split("/").pop()}: ${packed.size} bytes packed, ${packed.unpackedSize} unpacked, ${packed.entryCount} files`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

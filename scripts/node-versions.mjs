// The packed package on every Node that `engines` promises beside this one, on Bun and on Deno; on the Nodes also the
// rooms nearest to the engine. Each comes from npm: `node-{platform}-{arch}`, `bun`, `deno`. What cannot be downloaded
// fails: nothing is skipped.
//
//   node scripts/node-versions.mjs
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTests } from "./run-tests.mjs";

const majors = [20, 22, 24].filter((major) => !process.version.startsWith(`v${major}.`));
const platform = process.platform === "win32" ? "win" : process.platform;
const folder = mkdtempSync(join(tmpdir(), "hantoo-nodes-"));

try {
  const packages = majors.map((major) => `node${major}@npm:node-${platform}-${process.arch}@${major}`);
  const quiet = ["--no-audit", "--no-fund", "--no-save", "--prefer-offline"];
  execFileSync("npm", ["install", "--prefix", folder, ...quiet, ...packages, "bun@1", "deno@2"], {
    stdio: "inherit",
  });
  const others = ["bun", "deno"].map((name) => {
    const path = join(folder, "node_modules", ".bin", platform === "win" ? `${name}.cmd` : name);
    return `--${name}=${path}`;
  });
  const nodes = majors.map((major) => {
    const node = join(
      folder,
      "node_modules",
      `node${major}`,
      "bin",
      platform === "win" ? "node.exe" : "node",
    );
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    if (!version.startsWith(`v${major}.`)) throw new Error(`asked for Node ${major}, got ${version}`);
    return { node, version };
  });

  execFileSync(process.execPath, ["scripts/pack-test.mjs", ...nodes.map(({ node }) => node), ...others], {
    stdio: "inherit",
  });

  // And the frames of both zstds, which only a Node with its own can compare.
  const rooms = ["test/core", "test/calendar", "test/storage", "test/archive/zstd", "test/archive/sealed"];
  for (const { node, version } of nodes)
    console.log(`${version} ${rooms.join(" ")}: ${runTests(rooms, { node, name: version })}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

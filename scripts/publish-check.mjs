// What `npm publish` would send, from a dry run: nothing is written anywhere. Run it on a fresh build.
//
//   node scripts/publish-check.mjs
//
// The dry run asks for no identity, though `publishConfig` demands provenance: that is signed at the real one.
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
assert.deepEqual(manifest.publishConfig, { access: "public", provenance: true });

const output = execFileSync("npm", ["publish", "--dry-run", "--json", "--ignore-scripts"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "pipe"],
});
const said = JSON.parse(output);
const packed = said.files === undefined ? said[manifest.name] : said;
assert.equal(packed.id, `${manifest.name}@${manifest.version}`);

const paths = packed.files.map(({ path }) => path);
const beside = paths.filter((path) => !/^dist\/[\w./-]+\.(?:c?js|d\.c?ts)$/.test(path));
// npm adds the manifest and every README by itself.
const named = [...manifest.files.filter((path) => !/^!|^dist$/.test(path)), "README.ko.md", "package.json"];
const covers = (entry, path) => path === entry || path.startsWith(`${entry.replace(/\/$/, "")}/`);
for (const path of beside)
  assert(
    named.some((entry) => covers(entry, path)),
    `${path} is packed and not meant to be`,
  );
for (const entry of named)
  assert(
    beside.some((path) => covers(entry, path)),
    `${entry} is named and not packed`,
  );
const promised = Object.values(manifest.exports).flatMap((entry) =>
  typeof entry === "string" ? [entry] : Object.values(entry).flatMap(Object.values),
);
for (const path of promised) assert(paths.includes(path.slice(2)), `${path} is exported and not packed`);

const changelog = readFileSync("CHANGELOG.md", "utf8");
assert.match(
  changelog,
  new RegExp(`^## ${manifest.version.replaceAll(".", "\\.")} – \\d{4}-\\d\\d-\\d\\d$`, "m"),
);
console.log(
  `${packed.id}: ${packed.files.length} files, ${packed.size} bytes packed, ${packed.unpackedSize} unpacked`,
);

// Writes THIRD-PARTY.md: under which licence everything stands that comes with hantoo, and the notice of what is
// bundled into dist. Fails on a licence that is not allowed. Reads package-lock.json, so that it is the same anywhere.
//
//   npm run licences              after a build
//   npm run licences -- --check   fails if the file is not what would be written
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "THIRD-PARTY.md";
/** Permissive ones; each lets anyone use hantoo as its own MIT licence does. */
const ALLOWED = new Set(["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD"]);

function fail(message) {
  console.error(message);
  process.exit(1);
}

/**
 * Where in the lock file the packages stand whose code esbuild put into dist: it names the file of each in a comment,
 * and where comments are left out (minified) in its metafile.
 */
function bundled() {
  if (!existsSync("dist/cli.js")) fail("Not built: run `npm run build` first.");
  const places = new Set();
  const add = (file) => {
    const [place] = /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
    if (place !== undefined) places.add(place);
  };
  for (const file of readdirSync("dist", { recursive: true, encoding: "utf8" })) {
    const text = /\.c?js$|metafile-\w+\.json$/.test(file) ? readFileSync(join("dist", file), "utf8") : "";
    if (file.endsWith(".json"))
      for (const input of Object.keys(JSON.parse(text || "{}").inputs ?? {})) add(input);
    else for (const [, name] of text.matchAll(/^\/\/ (\S*node_modules\/\S+)$/gm)) add(name);
  }
  return [...places].sort((a, b) => (a < b ? -1 : 1));
}

function noticeOf(folder) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e([.-]|$)/i.test(entry));
  if (file === undefined) fail(`${folder} is bundled and has no licence text`);
  const notice = readdirSync(folder).find((entry) => /^notice(\.|$)/i.test(entry));
  return [file, notice]
    .filter((one) => one !== undefined)
    .map((one) => readFileSync(join(folder, one), "utf8").replaceAll("\r\n", "\n").trim())
    .join("\n\n");
}

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const described = ([path, { version, license, optional }]) => ({
  name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
  version,
  licence: license ?? "unknown",
  note: optional ? "on some platforms" : "",
});
const installed = Object.entries(packages)
  .filter(([path, { dev, devOptional, peer }]) => path !== "" && !dev && !devOptional && !peer)
  .map(described)
  .sort((a, b) => (a.name === b.name ? (a.version < b.version ? -1 : 1) : a.name < b.name ? -1 : 1));

/** The development packages bundled into the command: a user has their code, not their package. */
const inside = bundled()
  .map((place) => {
    if (packages[place] === undefined) fail(`${place} is bundled, but is not in package-lock.json`);
    return { ...described([place, packages[place]]), place };
  })
  .filter(
    ({ name, version }, at, all) =>
      all.findIndex((one) => one.name === name && one.version === version) === at,
  );
const refused = [...installed, ...inside].filter(({ licence }) => !ALLOWED.has(licence));
if (refused.length > 0) {
  fail(`Not allowed: ${refused.map(({ name, licence }) => `${name} (${licence})`).join(", ")}`);
}
const counts = new Map();
for (const { licence } of installed) counts.set(licence, (counts.get(licence) ?? 0) + 1);
const summary = [...counts].sort((a, b) => b[1] - a[1]).map(([licence, count]) => `${count} ${licence}`);

const notices = inside.map(
  ({ name, version, licence, place }) =>
    `### ${name} ${version} (${licence})\n\n\`\`\`text\n${noticeOf(place)}\n\`\`\`\n`,
);
const text = `# Third-party licences

Made by \`npm run licences\`; do not edit. hantoo itself is under the licence in \`LICENSE\`.

## Inside the package

${notices.join("\n")}
## Installed with it

As locked when this version was made: ${summary.join(", ")}. The optional peers \`ioredis\` and \`pg\` are the user's own.

| package | version | licence | |
|---|---|---|---|
${installed.map(({ name, version, licence, note }) => `| ${name} | ${version} | ${licence} | ${note} |`).join("\n")}
`;

if (!process.argv.includes("--check")) writeFileSync(FILE, text);
else if (!existsSync(FILE) || readFileSync(FILE, "utf8") !== text) {
  fail(`${FILE} is not current: npm run licences`);
}
console.log(`${installed.length} packages: ${summary.join(", ")}; ${inside.length} bundled`);

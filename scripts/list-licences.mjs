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

/** Packages whose code esbuild put into dist: it names the file of each in a comment. */
function bundled() {
  if (!existsSync("dist/index.js")) fail("Not built: run `npm run build` first.");
  const names = new Set();
  for (const file of readdirSync("dist", { recursive: true, encoding: "utf8" })) {
    if (!/\.c?js$/.test(file)) continue;
    const text = readFileSync(join("dist", file), "utf8");
    for (const [, name] of text.matchAll(/^\/\/ (?:[^\n]*\/)?node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm))
      names.add(name);
  }
  return [...names].sort((a, b) => (a < b ? -1 : 1));
}

function noticeOf(name) {
  const folder = join("node_modules", name);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e([.-]|$)/i.test(entry));
  if (file === undefined) fail(`${name} is bundled and has no licence text`);
  return readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim();
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

/** Of the development's packages those that the command carries inside it: a user has their code, not their package. */
const inside = bundled().map((name) => {
  const found = installed.find((one) => one.name === name);
  if (found !== undefined) return found;
  const path = `node_modules/${name}`;
  if (packages[path] === undefined) fail(`${name} is bundled, but is not in package-lock.json`);
  return described([path, packages[path]]);
});
const refused = [...installed, ...inside].filter(({ licence }) => !ALLOWED.has(licence));
if (refused.length > 0) {
  fail(`Not allowed: ${refused.map(({ name, licence }) => `${name} (${licence})`).join(", ")}`);
}
const counts = new Map();
for (const { licence } of installed) counts.set(licence, (counts.get(licence) ?? 0) + 1);
const summary = [...counts].sort((a, b) => b[1] - a[1]).map(([licence, count]) => `${count} ${licence}`);

const notices = inside.map(
  ({ name, version, licence }) =>
    `### ${name} ${version} (${licence})\n\n\`\`\`text\n${noticeOf(name)}\n\`\`\`\n`,
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

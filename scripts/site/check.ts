// Checks the documentation that `npm run docs` built: links, ways, snippets, commands, recordings, and a real browser.
// Run: npm run docs:check
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { browse } from "./browser.js";
import { unknownCommands } from "./programs/command-lines.js";
import { brokenLinks, clicksFrom, htmlFiles } from "./links.js";
import { exampleGlobals, examplesOf } from "./programs/examples.js";
import { allPages } from "./plain-copies.js";
import { STAGE } from "./pages/stage.js";
import { snippetsOf, typeErrors } from "./programs/snippets.js";

const DOCS = "docs";
/** Bytes a page of the guide may weigh, scripts, styles and pictures included. */
const MOST_BYTES = 300_000;
/** Clicks from the home page of its language. */
const MOST_CLICKS = 2;

if (!existsSync(`${DOCS}/index.html`)) throw new Error("docs/ is not built: npm run docs");
const problems: string[] = [];
const startedAt = Date.now();
const said = (what: string, found: readonly string[]): void => {
  problems.push(...found);
  console.log(
    `${found.length === 0 ? "ok  " : "BAD "} ${what} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`,
  );
};

said(`links of ${htmlFiles(DOCS).length} pages`, brokenLinks(DOCS));

const pages = allPages();
const far = ["", "ko/"].flatMap((root) => {
  const clicks = clicksFrom(DOCS, `${root}index.html`);
  return pages
    .filter((path) => path.startsWith("ko/") === (root === "ko/"))
    .filter((path) => (clicks.get(`${path}.html`) ?? Infinity) > MOST_CLICKS)
    .map((path) => `${path} is more than ${MOST_CLICKS} clicks from home`);
});
said(`${pages.length} pages within ${MOST_CLICKS} clicks of home`, far);
said(
  "a plain Markdown copy of each, and llms.txt",
  [...pages.map((path) => `${path}.md`), "llms.txt"].filter((path) => !existsSync(`${DOCS}/${path}`)),
);

const snippets = pages.flatMap((path) => snippetsOf(path, readFileSync(`${STAGE}/${path}.md`, "utf8")));
said(
  `${snippets.filter(({ language }) => language === "ts").length} TypeScript blocks have the types they say`,
  typeErrors(snippets),
);
const examples = examplesOf("src");
said(
  `${examples.length} examples of the reference have the types they say`,
  typeErrors(examples, exampleGlobals()),
);
said("commands and options of the shell blocks", await unknownCommands(snippets));

/** Runs one of our scripts in its own process. @returns its stderr if it failed. */
async function complaintsOf(script: string, ...options: readonly string[]): Promise<readonly string[]> {
  // A script that never ends fails too.
  const run = promisify(execFile)(process.execPath, ["--import", "tsx", script, ...options], {
    timeout: 600_000,
  });
  return run.then(
    () => [],
    (error: Error & { readonly stderr?: string }) => [error.stderr || error.message],
  );
}

const [ran, recorded] = await Promise.all([
  complaintsOf("scripts/site/programs/run.ts"),
  complaintsOf("scripts/record-terminal.ts", "--check"),
]);
said("programs and commands of the pages run", ran);
said("recordings of the terminal", recorded);

const { problems: seen, heaviest } = await browse(
  DOCS,
  pages.map((path) => `${path}.html`),
  MOST_BYTES,
);
said(
  `every page in Chromium, 1280 and 400 px wide; the heaviest, ${heaviest.page}, weighs ${heaviest.bytes} bytes`,
  seen,
);

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

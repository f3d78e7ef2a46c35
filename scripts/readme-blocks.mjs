// Runs what README.md and README.ko.md show, as a user has it: each block of JavaScript as an .mjs file and each line of
// `npx hantoo`, in a project where the package is installed, against a simulator on loopback. Blocks of SQL and Python
// are run by test/examples/other-readers.test.ts; `npm` lines are what CI and the pack test do; `text` is not for running.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DOCUMENTS = ["README.md", "README.ko.md"];
const ELSEWHERE = new Set(["json", "sql", "python", "text"]);
const SIMULATOR = `
import { startKisSimulator } from "hantoo/testing";
const simulator = await startKisSimulator({ clock: "running", now: Date.now() });
console.log(simulator.baseUrl);
`;

/** Every fenced block of a document, in order; `<!-- not run: REASON -->` on the line before marks one that nothing runs. */
export function blocksOf(text) {
  const blocks = /^(?:<!-- not run: (.+) -->\n)?```(\w*)\n([\s\S]*?)^```$/gm;
  return [...text.matchAll(blocks)].map(([, notRun, language, code]) => ({ language, code, notRun }));
}

/** The words of a shell line, without its comment. */
const wordsOf = (line) =>
  line
    .replace(/\s+#.*$/, "")
    .trim()
    .split(/\s+/);

/**
 * @param node - path of the Node to run them with.
 * @param project - a folder in whose node_modules hantoo is installed.
 * @throws if a block fails, naming it.
 */
export async function runReadme(node, project) {
  const folder = join(project, "readme");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "simulator.mjs"), SIMULATOR);
  const { bin } = JSON.parse(readFileSync(join(project, "node_modules", "hantoo", "package.json"), "utf8"));
  const command = join(project, "node_modules", "hantoo", bin.hantoo);
  const server = spawn(node, ["simulator.mjs"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(server.stdout, "data");
    const url = String(line).trim();
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      LANG: "C",
      KIS_APP_KEY: "test",
      KIS_APP_SECRET: "test",
      KIS_BASE_URL: url,
      KIS_MASTER_URL: `${url}/common/master`,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    };
    const run = (args, what) => {
      const { status, stdout, stderr } = spawnSync(node, args, {
        cwd: folder,
        env,
        encoding: "utf8",
        timeout: 60_000,
      });
      if (status !== 0) throw new Error(`${what} ended with ${status}\n${stdout}\n${stderr}`);
    };
    let count = 0;
    for (const document of DOCUMENTS) {
      for (const store of ["data", "data-simulated"])
        rmSync(join(folder, store), { recursive: true, force: true });
      for (const { language, code } of blocksOf(readFileSync(document, "utf8"))) {
        if (ELSEWHERE.has(language)) continue;
        if (language === "js") {
          const file = `block-${++count}.mjs`;
          writeFileSync(join(folder, file), code);
          run([file], `${document}:\n${code}`);
          continue;
        }
        if (language !== "sh")
          throw new Error(`${document} has a block of "${language}", which nothing runs`);
        for (const shellLine of code.split("\n").filter((text) => text.startsWith("npx "))) {
          const [, name, ...args] = wordsOf(shellLine);
          if (name !== "hantoo") throw new Error(`${document} runs ${name}, which nothing installs`);
          count++;
          run([command, ...args], `${document}: ${shellLine}`);
        }
      }
      if (!existsSync(join(folder, "data"))) throw new Error(`${document} stored nothing`);
    }
    return count;
  } finally {
    server.kill();
  }
}

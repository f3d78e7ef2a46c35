import { readFileSync, readdirSync } from "node:fs";
import * as hantoo from "hantoo";
import * as postgres from "hantoo/postgres";
import * as testing from "hantoo/testing";
import { type Snippet, snippetsOf } from "./snippets.js";

/** What an example uses without saying where it comes from. */
const GIVEN: Readonly<Record<string, string>> = {
  client: 'import("hantoo").KisClient',
  store: 'import("hantoo").ObjectStore',
  daily: 'import("hantoo").HantooDailyLogger',
  kospi: 'import("hantoo").Master<"kospi">',
  logger: 'import("hantoo").HantooKlineLogger',
  pg: 'typeof import("pg")',
  keys: 'Pick<import("hantoo").KisClientOptions, "appKey" | "appSecret">',
  symbols: "readonly string[]",
  signal: "AbortSignal",
  day: "string",
  from: "string",
  to: "string",
  bytes: "Uint8Array",
  response: 'import("node:http").ServerResponse',
  readFile: 'typeof import("node:fs/promises").readFile',
};

/** The TypeScript blocks of `@example` in the sources of a folder. */
export function examplesOf(folder: string): readonly Snippet[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const path = `${folder}/${file}`;
      const comments = readFileSync(path, "utf8").match(/\/\*\*[\s\S]*?\*\//g) ?? [];
      return comments
        .filter((comment) => comment.includes("@example"))
        .flatMap((comment) => snippetsOf(path, comment.replaceAll(/^\s*\* ?/gm, "")));
    });
}

/** Declares all names that examples may use as if their reader had imported them. */
export function exampleGlobals(): string {
  const entries = { hantoo, "hantoo/testing": testing, "hantoo/postgres": postgres };
  const imported = Object.entries(entries).flatMap(([entry, exported]) =>
    Object.keys(exported).map((name) => [name, `typeof import("${entry}").${name}`] as const),
  );
  const types = new Map([...imported, ...Object.entries(GIVEN)]);
  const lines = [...types].map(([name, type]) => `const ${name}: ${type};`);
  return `export {};\ndeclare global {\n${lines.join("\n")}\ntype MinuteBar = import("hantoo").MinuteBar;\n}\n`;
}

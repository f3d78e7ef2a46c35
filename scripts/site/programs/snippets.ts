import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import ts from "typescript";
import { type Block, blocksOf } from "../../readme-blocks.mjs";

/** A block of code on a page. */
export interface Snippet extends Block {
  readonly page: string;
}

/** The blocks of code of a page, in order. */
export function snippetsOf(page: string, markdown: string): readonly Snippet[] {
  return blocksOf(markdown).map((block) => ({ page, ...block }));
}

/**
 * Checks TypeScript blocks as files of this project: names, options and shapes are what the package has. Blocks with the
 * same text are checked once.
 *
 * @param globals - a declaration file of names that every block may use without an import.
 * @returns what the compiler says, a line each.
 */
export function typeErrors(snippets: readonly Snippet[], globals = ""): readonly string[] {
  const files = new Map<string, Snippet>();
  const seen = new Set<string>();
  for (const snippet of snippets) {
    if (snippet.language !== "ts" || seen.has(snippet.code)) continue;
    seen.add(snippet.code);
    files.set(resolve(`examples/site-snippet-${files.size}.ts`), snippet);
  }
  const config = ts.readConfigFile("tsconfig.json", (path) => readFileSync(path, "utf8"));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, dirname(resolve("tsconfig.json")));
  // A page shows a piece of a program: what it exports needs no declaration.
  const settings: ts.CompilerOptions = {
    ...options,
    isolatedDeclarations: false,
    declaration: false,
    noEmit: true,
    // Or the declarations of `globals` would never be checked; of others only what is asked for is.
    skipLibCheck: false,
  };
  const texts = new Map([...files].map(([path, { code }]) => [path, `${code}\nexport {};\n`]));
  texts.set(resolve("examples/site-globals.d.ts"), globals);
  const base = ts.createCompilerHost(settings);
  const host = { ...base };
  host.fileExists = (path) => texts.has(path) || base.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? base.readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? base.getSourceFile(path, target, ...rest)
      : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram([...texts.keys()], settings, host);
  return [...texts.keys()].flatMap((path) => {
    const page = files.get(path)?.page ?? "the globals of the examples";
    const source = program.getSourceFile(path) as ts.SourceFile;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (found) => {
        const line = source.getLineAndCharacterOfPosition(found.start ?? 0).line;
        const code = source.text.split("\n")[line]?.trim() ?? "";
        return `${page}: ${ts.flattenDiagnosticMessageText(found.messageText, " ")} in \`${code}\``;
      },
    );
  });
}

import { createCli } from "../../../test/support/run-cli.js";
import type { Snippet } from "./snippets.js";

/** `npx hantoo …` of shell, cron, unit and Docker blocks, comments cut off. */
export function commandLines(
  snippets: readonly Snippet[],
): readonly { readonly page: string; readonly words: readonly string[] }[] {
  return snippets
    .filter(({ language }) => ["sh", "text", "ini"].includes(language))
    .flatMap(({ page, code }) =>
      code
        .split("\n")
        .filter((line) => !line.startsWith("$ "))
        .flatMap((line) => {
          const [, typed] = /npx hantoo (.*)$/.exec(line.replace(/\s#.*$/, "")) ?? [];
          return typed === undefined
            ? []
            : [{ page, words: typed.split(/\s+/).filter((word) => word !== "") }];
        }),
    );
}

/** @returns lines of pages that name a command or an option which the command line does not have. */
export async function unknownCommands(snippets: readonly Snippet[]): Promise<readonly string[]> {
  const cli = createCli();
  const helps = new Map<string, string | undefined>();
  const helpOf = async (command: string): Promise<string | undefined> => {
    if (!helps.has(command)) {
      const { code, stdout } = await cli.run([command, "--help"]);
      helps.set(command, code === 0 ? stdout : undefined);
    }
    return helps.get(command);
  };
  try {
    const unknown: string[] = [];
    for (const { page, words } of commandLines(snippets)) {
      const [command = ""] = words;
      const help = await helpOf(command);
      if (help === undefined) unknown.push(`${page}: there is no command \`${command}\``);
      for (const word of words) {
        const [option] = word.split("=");
        if (help !== undefined && word.startsWith("--") && !help.includes(option))
          unknown.push(`${page}: \`hantoo ${command}\` has no ${option}`);
      }
    }
    return unknown;
  } finally {
    cli.remove();
  }
}

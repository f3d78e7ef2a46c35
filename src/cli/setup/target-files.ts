import { type BackfillTarget, ConfigError, type TargetList, readTargets } from "hantoo";
import type { Shell } from "../shell/index.js";

/** The list that `--targets` names. Its unreadable lines are noted. */
export async function readTargetFile(shell: Shell, file: string): Promise<TargetList> {
  const list = await readTargets(shell.path(file)).catch((error: unknown) => {
    // The cause has the system's code; there is none where the file does not exist.
    const { cause } = error as { cause?: { code?: string } };
    const why = cause?.code ?? "no such file";
    throw new ConfigError("--targets", "a file that can be read", `${file} (${why})`, { cause: error });
  });
  for (const { line, message } of list.problems) shell.note(`${file}:${line}: ${message}`);
  if (list.targets.length === 0) throw new ConfigError("--targets", "a file with at least one target", file);
  return list;
}

/** Writes failed targets to the file that `--failures` names, so that `--targets` can read them. */
export async function writeFailures(
  shell: Shell,
  file: string,
  failures: readonly BackfillTarget[],
): Promise<void> {
  const rows = failures.map(({ symbol, tradingDay }) => `${symbol},${tradingDay}\n`);
  await shell.writeFile("--failures", file, `symbol,date\n${rows.join("")}`);
}

import { formatFinding, runDoctor } from "../doctor/index.js";
import { connect, openStore } from "../setup/index.js";
import { EXIT, type Shell } from "../shell/index.js";

/** Runs the checks of `hantoo doctor` with the environment of `shell`. @returns the exit code. */
export async function check(shell: Shell): Promise<number> {
  const report = await runDoctor({
    connect: (fetch) => connect(shell, { fetch }),
    fetch: shell.io.fetch,
    store: openStore(shell).store,
    signal: shell.io.signal,
    onFinding: (finding) => shell.print(formatFinding(finding, shell.say)),
  });
  return report.ok ? EXIT.whole : EXIT.degraded;
}

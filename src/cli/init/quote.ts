// One word or text, quoted for each program that reads what `init` prints.

/** What a POSIX shell takes as it is; a percent sign is for the others to escape. */
const PLAIN = /^[\w./:@%+,=-]+$/;

/** A word for a POSIX shell. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `"${text.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`;
}

/** A command for a crontab, where a bare percent sign ends the line. */
export function crontabCommand(command: string): string {
  return command.replaceAll("%", String.raw`\%`);
}

/** A value for a unit of systemd, where a percent sign begins a specifier. */
export function unitValue(text: string): string {
  return text.replaceAll("%", "%%");
}

/** A word of systemd's `ExecStart`, which has escapes of its own and puts a variable where a dollar sign stands. */
export function unitWord(text: string): string {
  const plain = unitValue(text).replaceAll("$", "$$$$");
  return /^[\w./:@%+,=$-]+$/.test(plain) ? plain : `"${plain.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/**
 * A word for `cmd.exe`, which knows no backslash as an escape: paths are full of them. It puts variables into quotes,
 * too, so a percent sign stands outside of them, behind a caret. The program it starts reads a backslash before a quote
 * as an escape.
 */
export function cmdWord(text: string): string {
  if (PLAIN.test(text)) return text.replaceAll("%", "^%");
  const backslashes = text.replaceAll(/\\+(?=["%]|$)/g, "$&$&");
  return `"${backslashes.replaceAll('"', String.raw`\"`).replaceAll("%", '"^%"')}"`;
}

/** A text for PowerShell that it takes as it is; it reads typographic apostrophes as plain ones. */
export function powerShellText(text: string): string {
  return `'${text.replaceAll(/['‘’‚‛]/g, "$&$&")}'`;
}

/** A word in a list of a compose file: JSON is YAML, and a dollar sign would begin a variable. */
export function composeWord(text: string): string {
  return JSON.stringify(text).replaceAll("$", "$$$$");
}

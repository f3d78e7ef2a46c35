// One word or text, quoted for each program that reads what `init` prints.

/** What no reader treats specially. */
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

/** A word for `cmd.exe`, which knows no backslash as an escape: paths are full of them. */
export function cmdWord(text: string): string {
  return PLAIN.test(text) ? text : `"${text.replaceAll('"', String.raw`\"`)}"`;
}

/** A text for PowerShell that it takes as it is; it reads typographic apostrophes as plain ones. */
export function powerShellText(text: string): string {
  return `'${text.replaceAll(/['‘’‚‛]/g, "$&$&")}'`;
}

/** A word in a list of a compose file: JSON is YAML, and a dollar sign would begin a variable. */
export function composeWord(text: string): string {
  return JSON.stringify(text).replaceAll("$", "$$$$");
}

/** Names and values to be in a `.env`. */
export type EnvValues = Readonly<Record<string, string>>;

/**
 * The text of a `.env` with `values` in it: lines that set one of them are replaced, others stay as they are.
 *
 * Values are written bare, since shells, docker and systemd each read quotes differently.
 */
export function withValues(text: string, values: EnvValues): string {
  const left = new Map(Object.entries(values));
  const lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  const kept = lines.flatMap((line) => {
    const [, name = ""] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line) ?? [];
    if (!Object.hasOwn(values, name)) return [line];
    const value = left.get(name);
    left.delete(name);
    return value === undefined ? [] : [`${name}=${value}`]; // set twice before: once now
  });
  for (const [name, value] of left) kept.push(`${name}=${value}`);
  return `${kept.join("\n")}\n`;
}

/** Whether `text` sets `name`. */
export function sets(text: string, name: string): boolean {
  return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*\\S`, "m").test(text);
}

/** Whether a value can stand bare in a `.env`: KIS's keys and secrets are of these letters. */
export function isBare(value: string): boolean {
  return /^[\w./:@%+,=~-]+$/.test(value);
}

/** Names and values for a `.env`. */
export type EnvValues = Readonly<Record<string, string>>;

/**
 * The text of a `.env` with `values` set: lines that set one of them are replaced, others stay as they are.
 *
 * Values are written without quotes, which shells, Docker and systemd each read differently.
 */
export function withValues(text: string, values: EnvValues): string {
  const left = new Map(Object.entries(values));
  const lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  const kept = lines.flatMap((line) => {
    const [, name = ""] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line) ?? [];
    if (!Object.hasOwn(values, name)) return [line];
    const value = left.get(name);
    left.delete(name);
    return value === undefined ? [] : [`${name}=${value}`]; // a name that was set twice is now set once
  });
  for (const [name, value] of left) kept.push(`${name}=${value}`);
  return `${kept.join("\n")}\n`;
}

/** Whether `text` sets `name`. */
export function sets(text: string, name: string): boolean {
  return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*\\S`, "m").test(text);
}

/** Whether a value needs no quotes in a `.env`; KIS's keys and secrets need none. */
export function isBare(value: string): boolean {
  return /^[\w./:@%+,=~-]+$/.test(value);
}

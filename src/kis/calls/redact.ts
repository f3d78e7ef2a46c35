/** Removes secrets from a text that came from outside. */
export type Redact = (text: string) => string;

/** A shorter secret would blank out ordinary words. Account numbers have 8 digits, app keys 36. */
const SHORTEST = 6;
const MARK = "[redacted]";
/** A JWT, whoever it belongs to: three base64url parts. */
const JWT = /eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]+)?/g;

/** @returns a function that replaces the current secrets, and everything that looks like a token. */
export function createRedact(secrets: () => readonly (string | undefined)[]): Redact {
  return (text) => {
    let clean = text.replaceAll(JWT, MARK);
    for (const secret of secrets()) {
      if (secret !== undefined && secret.length >= SHORTEST) clean = clean.replaceAll(secret, MARK);
    }
    return clean;
  };
}

/** @returns `redact`, and the secrets of one request besides. */
export function redactAlso(redact: Redact, secrets: readonly string[] = []): Redact {
  const hide = createRedact(() => secrets);
  return (text) => redact(hide(text));
}

/** Parameters that say whose account it is, by the names of KIS's portal. */
const ACCOUNT = /^(?:CANO|ACNT_?.*|.*ACCT.*|HTS_?ID|USER_?ID)$/i;

/** Values of a call's parameters that say whose account it is: they are secret like the key. */
export function accountsIn(params: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(params).flatMap(([name, value]) =>
    ACCOUNT.test(name) && value !== "" ? [value] : [],
  );
}

/** A copy of an error from outside with its name, code and redacted message, and nothing else of it. */
export function plainCause(error: unknown, redact: Redact, depth = 0): Error {
  if (!(error instanceof Error)) return new Error(redact(typeof error === "string" ? error : "unknown"));
  const inner =
    error.cause !== undefined && depth < 3 ? plainCause(error.cause, redact, depth + 1) : undefined;
  const copy = new Error(redact(error.message), inner === undefined ? undefined : { cause: inner });
  copy.name = error.name;
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string")
    Object.defineProperty(copy, "code", { value: redact(code), enumerable: true });
  return copy;
}

/** Names whose values never reach a recording, compared without case, `_` and `-`. */
const SECRET_NAMES = new Set([
  "appkey",
  "appsecret",
  "secretkey",
  "personalseckey",
  "authorization",
  "accesstoken",
  "refreshtoken",
  "token",
  "approvalkey",
  "cano",
  "acntprdtcd",
  "acctno",
  "accountno",
  "htsid",
  "userid",
  "macaddress",
  "phonenumber",
  "ipaddr",
  "gtuid",
  "hashkey",
  "hash",
  "cookie",
  "setcookie",
  "iv",
  "key",
]);

/** What stands in a secret's place. */
export const REDACTED = "REDACTED";

export function isSecretName(name: string): boolean {
  return SECRET_NAMES.has(name.toLowerCase().replaceAll(/[_-]/g, ""));
}

/**
 * @param known - secrets met so far, struck out wherever they stand; values under secret names are added to it.
 * @returns a copy of a JSON value without any secret.
 */
export function redact(value: unknown, known: Set<string>): unknown {
  if (typeof value === "string") return redactText(value, known);
  if (Array.isArray(value)) return value.map((item) => redact(item, known));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (!isSecretName(name) || item === null || typeof item === "object")
        return [name, redact(item, known)];
      learn(String(item), known);
      return [name, REDACTED];
    }),
  );
}

/** @returns the text without the secrets known so far, tokens (JWT), and account numbers (8 digits, dash, 2). */
export function redactText(text: string, known: ReadonlySet<string>): string {
  let clean = text;
  for (const secret of known) clean = clean.replaceAll(secret, REDACTED);
  return clean
    .replaceAll(/eyJ[\w-]{8,}(?:\.[\w-]+){1,2}/g, REDACTED)
    .replaceAll(/Bearer [\w.~+/-]+=*/g, `Bearer ${REDACTED}`)
    .replaceAll(/\b\d{8}-\d{2}\b/g, REDACTED);
}

/** Remembers a secret, to be struck out where it stands under another name; short ones would strike at random. */
export function learn(secret: string, known: Set<string>): void {
  const bare = secret.replace(/^Bearer /, "");
  if (bare.length >= 8) known.add(bare);
}

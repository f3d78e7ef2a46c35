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
  // All of them first: a message may name an account before the field that says it is one.
  learnFrom(value, known);
  return struckOut(value, known);
}

function learnFrom(value: unknown, known: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, item] of Object.entries(value)) {
    if (isSecretName(name) && item !== null && typeof item !== "object") learn(String(item), known);
    else learnFrom(item, known);
  }
}

function struckOut(value: unknown, known: ReadonlySet<string>): unknown {
  if (typeof value === "string") return redactText(value, known);
  if (Array.isArray(value)) return value.map((item) => struckOut(item, known));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const isSecret = isSecretName(name) && item !== null && typeof item !== "object";
      return [name, isSecret ? REDACTED : struckOut(item, known)];
    }),
  );
}

/** A field in what is no JSON any more, such as an answer that was cut; its value may not end. */
const FIELD = /"([\w-]+)"(\s*:\s*)"((?:[^"\\]|\\.)*)/g;

/** @returns the text without the secrets known so far, values of fields with secret names, tokens (JWT), and account numbers (8 digits, dash, 2). */
export function redactText(text: string, known: ReadonlySet<string>): string {
  let clean = text.replaceAll(FIELD, (field, name: string, colon: string) =>
    isSecretName(name) ? `"${name}"${colon}"${REDACTED}` : field,
  );
  // Longest first: an account number is also the start of the one with its product code.
  for (const secret of [...known].sort((a, b) => b.length - a.length))
    clean = clean.replaceAll(secret, REDACTED);
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

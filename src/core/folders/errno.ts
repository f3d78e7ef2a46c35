/** The `code` of a Node system error, such as `ENOENT`; `""` for anything else. */
export function errnoOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BASE } from "../../site/.vitepress/pages.js";

/** `../` once for each folder above a file. */
const upFrom = (path: string): string => "../".repeat(path.split("/").length - 1);

/** A page with relative addresses. A folder's address names its index.html, so that it also opens from disk. */
export function relativePage(path: string, html: string): string {
  const address = new RegExp(`(\\s(?:href|src)=")${BASE}([^"#?]*)`, "g");
  return html.replaceAll(address, (_, attribute: string, rest: string) => {
    const isFolder = rest === "" || rest.endsWith("/");
    return `${attribute}${upFrom(path)}${rest}${isFolder ? "index.html" : ""}`;
  });
}

/** A script that finds the site's folder from its own address. */
export function relativeScript(path: string, code: string): string {
  const base = `(new URL("${upFrom(path) || "./"}",import.meta.url).pathname)`;
  // The search index is one string: its addresses are completed when it is loaded.
  const [, name, list, rest] =
    /^(const \w+=)('[\s\S]*'|`[\s\S]*`|"[\s\S]*")(;export\s*\{[^}]*\};?\s*)$/.exec(code) ?? [];
  if (path.includes("localSearchIndex") && name !== undefined)
    return `${name}${list}.replaceAll("${BASE}",()=>${base})${rest}`;
  // The data shared by all pages is JSON in a string.
  const told = String.raw`\"base\":\"${BASE}\"`;
  const own = code.replaceAll(`"${BASE}"`, base);
  if (!own.includes(told)) return own;
  return `${own.replace(told, String.raw`\"base\":\"\"`)}\n;window.__VP_SITE_DATA__.base=${base};\n`;
}

/**
 * The page for an address that does not exist. The host shows it at any depth, so it loads nothing, and looks for
 * the site's home in the folders above it.
 */
const NOT_FOUND = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>404 | hantoo</title>
<link rel="icon" href="data:,">
<style>body{font-family:system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}</style>
<h1>404</h1>
<p>There is no such page here. / 없는 페이지입니다.</p>
<p><a id="home" hidden>hantoo</a></p>
<script type="module">
const folders = location.pathname.split("/").slice(0, -1);
for (; folders.length > 0; folders.pop()) {
  const folder = folders.join("/") + "/";
  const answer = await fetch(folder + "llms.txt", { method: "HEAD" });
  if (!answer.ok) continue;
  Object.assign(document.querySelector("#home"), { href: folder + "index.html", hidden: false });
  break;
}
</script>
</html>
`;

/**
 * Makes every address of a built site relative, so that any host may serve it under any path.
 *
 * @throws if an address that begins with {@link BASE} remains.
 */
export function makeRelative(docs: string): void {
  for (const path of readdirSync(docs, { recursive: true, encoding: "utf8" })) {
    const change = path.endsWith(".html") ? relativePage : path.endsWith(".js") ? relativeScript : undefined;
    if (change === undefined) continue;
    const text = readFileSync(join(docs, path), "utf8");
    const changed = change(path, text);
    if (changed !== text) writeFileSync(join(docs, path), changed);
    if (changed.replace(`.replaceAll("${BASE}",`, "").includes(BASE) && !path.includes("localSearchIndex"))
      throw new Error(`${path} still has an address under the folder it was built for`);
  }
  writeFileSync(join(docs, "404.html"), NOT_FOUND);
}

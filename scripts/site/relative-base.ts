import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BASE } from "../../site/.vitepress/pages.js";

/** `../` for each folder that a file lies deep. */
const upFrom = (path: string): string => "../".repeat(path.split("/").length - 1);

/** A page whose addresses begin at itself. Folders are named by their page, which a double click opens as well. */
export function relativePage(path: string, html: string): string {
  const address = new RegExp(`(\\s(?:href|src)=")${BASE}([^"#?]*)`, "g");
  return html.replaceAll(address, (_, attribute: string, rest: string) => {
    const isFolder = rest === "" || rest.endsWith("/");
    return `${attribute}${upFrom(path)}${rest}${isFolder ? "index.html" : ""}`;
  });
}

/** A script that takes the site's folder from its own address. */
export function relativeScript(path: string, code: string): string {
  const base = `(new URL("${upFrom(path) || "./"}",import.meta.url).pathname)`;
  // What the search box reads is one text: the addresses in it become whole when it is loaded.
  const [, name, list, rest] =
    /^(const \w+=)('[\s\S]*'|`[\s\S]*`|"[\s\S]*")(;export\s*\{[^}]*\};?\s*)$/.exec(code) ?? [];
  if (path.includes("localSearchIndex") && name !== undefined)
    return `${name}${list}.replaceAll("${BASE}",()=>${base})${rest}`;
  // What all pages have in common is JSON in a text.
  const told = String.raw`\"base\":\"${BASE}\"`;
  const own = code.replaceAll(`"${BASE}"`, base);
  if (!own.includes(told)) return own;
  return `${own.replace(told, String.raw`\"base\":\"\"`)}\n;window.__VP_SITE_DATA__.base=${base};\n`;
}

/**
 * The page of an address that is not there. The host shows it at any depth, so it loads nothing, and looks for the
 * site's home in the folders above it.
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
 * Frees a built site from the folder it was built for: any host may serve it under any path.
 *
 * @throws if an address that begins with {@link BASE} is left.
 */
export function makeRelative(docs: string): void {
  for (const path of readdirSync(docs, { recursive: true, encoding: "utf8" })) {
    const change = path.endsWith(".html") ? relativePage : path.endsWith(".js") ? relativeScript : undefined;
    if (change === undefined) continue;
    const text = readFileSync(join(docs, path), "utf8");
    const changed = change(path, text);
    if (changed !== text) writeFileSync(join(docs, path), changed);
    if (changed.replace(`.replaceAll("${BASE}",`, "").includes(BASE) && !path.includes("localSearchIndex"))
      throw new Error(`${path} still asks for the folder it was built for`);
  }
  writeFileSync(join(docs, "404.html"), NOT_FOUND);
}

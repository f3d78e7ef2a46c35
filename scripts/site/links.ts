import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Every HTML file under a folder, relative to it, ascending. */
export function htmlFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".html"))
    .sort();
}

const text = (value: string): string =>
  decodeURIComponent(value.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&quot;", '"'));

/** The addresses in a page: `href` and `src` in its markup, without scripts. */
function targetsOf(html: string): readonly string[] {
  const markup = html.replaceAll(/<script\b[^>]*>[\s\S]*?<\/script>/g, (whole) =>
    whole.slice(0, whole.indexOf(">") + 1),
  );
  return [...markup.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, target]) => target);
}

/** The file in the folder that an address points to; `undefined` for an address elsewhere. */
function fileOf(folder: string, page: string, target: string): { file: string; anchor: string } | undefined {
  if (/^(?:[a-z]+:|\/\/)/i.test(target)) return undefined;
  const [path = "", anchor = ""] = text(target).split("#");
  const bare = path.split("?")[0];
  const whole = bare === "" ? page : bare.startsWith("/") ? bare.slice(1) : join(dirname(page), bare);
  const isFolder =
    whole === "" ||
    whole.endsWith("/") ||
    (existsSync(join(folder, whole)) && statSync(join(folder, whole)).isDirectory());
  return { file: isFolder ? join(whole, "index.html") : whole, anchor };
}

/** The broken links of the folder's pages: to a file that does not exist, or to an anchor its page does not have. */
export function brokenLinks(folder: string): readonly string[] {
  const ids = new Map<string, ReadonlySet<string>>();
  const idsOf = (file: string): ReadonlySet<string> => {
    const known = ids.get(file);
    if (known !== undefined) return known;
    const html = readFileSync(join(folder, file), "utf8");
    const found = new Set([...html.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, id]) => text(id)));
    ids.set(file, found);
    return found;
  };
  const broken: string[] = [];
  for (const page of htmlFiles(folder)) {
    for (const target of new Set(targetsOf(readFileSync(join(folder, page), "utf8")))) {
      const found = fileOf(folder, page, target);
      if (found === undefined) continue;
      const { file, anchor } = found;
      if (!existsSync(join(folder, file))) broken.push(`${page}: ${target}`);
      else if (anchor !== "" && file.endsWith(".html") && !idsOf(file).has(anchor))
        broken.push(`${page}: ${target} has no such part`);
    }
  }
  return broken;
}

/** How many clicks each page is from `home`, following the links in the markup. */
export function clicksFrom(folder: string, home: string): ReadonlyMap<string, number> {
  const clicks = new Map([[home, 0]]);
  const queue = [home];
  for (let page = queue.shift(); page !== undefined; page = queue.shift()) {
    for (const target of targetsOf(readFileSync(join(folder, page), "utf8"))) {
      const file = fileOf(folder, page, target)?.file;
      if (
        file === undefined ||
        !file.endsWith(".html") ||
        clicks.has(file) ||
        !existsSync(join(folder, file))
      )
        continue;
      clicks.set(relative("", file), (clicks.get(page) as number) + 1);
      queue.push(file);
    }
  }
  return clicks;
}

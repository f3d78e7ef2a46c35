/** Rows of a table in Markdown, each by the names of its columns. */
type Rows = readonly Readonly<Record<string, string>>[];

/** Every table of a text, in order. */
export function tablesOf(markdown: string): readonly Rows[] {
  const cells = (line: string): readonly string[] =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
  return [...markdown.matchAll(/^(\|.*\|)\n\|[-|: ]+\|\n((?:\|.*\|\n?)*)/gm)].map(
    ([, head = "", body = ""]) => {
      const names = cells(head);
      return body
        .trim()
        .split("\n")
        .map((line) => Object.fromEntries(cells(line).map((cell, at) => [names[at] ?? "", cell])));
    },
  );
}

const begin = (name: string): string => `<!-- run: ${name} -->\n`;
const END = "\n<!-- end of run -->";

/** What a report says of each part between its markers, by the parts' names. */
export function partsOf(report: string): ReadonlyMap<string, string> {
  const parts = report.matchAll(/<!-- run: ([\w-]+) -->\n([\s\S]*?)\n<!-- end of run -->/g);
  return new Map([...parts].map(([, name = "", text = ""]) => [name, text.trim()]));
}

/** The report with another run's parts. @throws where one of them has no place in it, or a place has no part. */
export function withParts(report: string, parts: ReadonlyMap<string, string>): string {
  const places = [...partsOf(report).keys()];
  const missing = [...parts.keys()].filter((name) => !places.includes(name));
  const left = places.filter((name) => !parts.has(name));
  if (missing.length + left.length > 0)
    throw new Error(
      `bench/README.md has no place for ${missing.join() || "-"}, and ${left.join() || "nothing"} was not run`,
    );
  let text = report;
  for (const [name, part] of parts) {
    const from = text.indexOf(begin(name)) + begin(name).length;
    text = `${text.slice(0, from)}\n${part.trim()}\n${text.slice(text.indexOf(END, from))}`;
  }
  return text;
}

/** What a report says outside its markers: no run changes it. */
export function proseOf(report: string): string {
  return report.replaceAll(/<!-- run: [\w-]+ -->\n[\s\S]*?\n<!-- end of run -->/g, "");
}

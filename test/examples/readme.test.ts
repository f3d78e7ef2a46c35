import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

const snippets = (file: string): readonly string[] =>
  [...readFileSync(file, "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code as string);
const examples = readdirSync("examples")
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(`examples/${name}`, "utf8"));
const documents = readdirSync(".").filter((name) => /^README.*\.md$/.test(name));

test.each(documents)("every TypeScript snippet of %s is an example, to the letter", (document) => {
  const found = snippets(document);
  expect(found.length).toBeGreaterThan(0);
  for (const snippet of found) {
    expect(
      examples.some((example) => example.includes(snippet)),
      snippet,
    ).toBe(true);
  }
});

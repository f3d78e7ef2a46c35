import { existsSync, readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { blocksOf } from "../../scripts/readme-blocks.mjs";

const documents = readdirSync(".").filter((name) => /^README.*\.md$/.test(name));
const textOf = (document: string): string => readFileSync(document, "utf8");
const codeOf = (document: string, language: string): readonly string[] =>
  blocksOf(textOf(document)).flatMap((block) => (block.language === language ? [block.code] : []));

// They are run as they stand, on each Node, by scripts/pack-test.mjs.
test("both languages show the same programs", () => {
  expect(documents).toHaveLength(2);
  const [korean = [], english = []] = documents.map((document) => codeOf(document, "js"));
  expect(english.length).toBeGreaterThan(0);
  expect(korean).toEqual(english);
});

test("both languages show the same commands", () => {
  const [korean = [], english = []] = documents.map((document) =>
    codeOf(document, "sh").flatMap((code) => code.split("\n").map((line) => line.replace(/\s+#.*$/, ""))),
  );
  expect(english.length).toBeGreaterThan(0);
  expect(korean).toEqual(english);
});

test.each(documents)("what %s points to is in the package", (document) => {
  const { files } = JSON.parse(textOf("package.json")) as { readonly files: readonly string[] };
  const links = [...textOf(document).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target as string);
  const named = [...textOf(document).matchAll(/`([\w.-]+\/[\w./-]*|[\w-]+\.md)`/g)].map(
    ([, path]) => path as string,
  );
  const paths = [
    ...links.filter((link) => !/^https?:/.test(link)),
    ...named.filter((path) => existsSync(path)),
  ];
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) {
    expect(existsSync(path), `${path} is there`).toBe(true);
    const isPacked =
      path.startsWith("README") ||
      files.some((file) => path === file || path.startsWith(`${file}/`) || path === `${file}/`);
    expect(isPacked, `${path} is in the package`).toBe(true);
  }
});

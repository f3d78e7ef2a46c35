import { readFileSync, readdirSync } from "node:fs";
import type { TestSummary } from "../../summarise-tests.js";
import { type Language, table } from "./tables.js";

/** Test files by folder of `test/`: each room of `src/` has its proof under the same name. */
function testFiles(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const path of readdirSync("test", { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".test.ts")) continue;
    const room = path.includes("/") ? path.split("/")[0] : "house";
    counts.set(room, (counts.get(room) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

function figures(language: Language, summary: TestSummary | undefined): string {
  const say = (en: string, ko: string): string => (language === "ko" ? ko : en);
  if (summary === undefined) {
    const rows = [...testFiles()].map(([room, files]) => [room, String(files)]);
    return `${say(
      "This copy was built without a test run beside it: files of tests only. CI builds it with the figures of its own run (`HANTOO_TESTS`).",
      "이 사본은 테스트 실행 없이 만들어 테스트 파일 수만 있습니다. CI는 그 실행의 수치로 만듭니다(`HANTOO_TESTS`).",
    )}\n\n${table([say("room", "방"), say("test files", "테스트 파일")], rows)}`;
  }
  const { total, rooms, ranAt, node } = summary;
  const rows = rooms.map(({ room, files, passed, skipped, failed, ms }) => [
    room,
    String(files),
    String(passed),
    String(skipped),
    String(failed),
    seconds(ms),
  ]);
  return `${say(
    `The run of ${ranAt.slice(0, 16).replace("T", " ")} UTC on Node ${node}: ${total.passed} tests passed, ${total.failed} failed, ${total.skipped} left out because the machine lacked what they need.`,
    `${ranAt.slice(0, 16).replace("T", " ")} UTC, Node ${node} 실행: 테스트 ${total.passed}개 통과, ${total.failed}개 실패, ${total.skipped}개는 그 컴퓨터에 필요한 것이 없어 건너뜀.`,
  )}\n\n${table(
    [
      say("room", "방"),
      say("files", "파일"),
      say("passed", "통과"),
      say("left out", "건너뜀"),
      say("failed", "실패"),
      say("seconds", "초"),
    ],
    rows,
  )}`;
}

/** What is tested and how, with the figures of the run whose summary `HANTOO_TESTS` names. */
export function proofPage(language: Language): string {
  const path = process.env["HANTOO_TESTS"];
  const summary = path === undefined ? undefined : (JSON.parse(readFileSync(path, "utf8")) as TestSummary);
  const prose = readFileSync(`site/${language === "ko" ? "ko/" : ""}proof.md`, "utf8");
  return prose.replace("<!-- figures -->", () => figures(language, summary));
}

import { readFileSync } from "node:fs";
import { partsOf, tablesOf } from "../../../bench/report.js";
import { type Language, table } from "./tables.js";

/** One chapter of `bench/README.md`, without its heading. */
function chapter(text: string, title: string): string {
  const [, after = ""] = text.split(`\n## ${title}\n`);
  const [body = ""] = after.split("\n## ");
  if (body.trim() === "") throw new Error(`bench/README.md has no chapter "${title}"`);
  return body.trim();
}

const bench = (): string => readFileSync("bench/README.md", "utf8");
const withoutMarkers = (text: string): string =>
  text.replaceAll(/<!-- (?:run: [\w-]+|end of run) -->\n*/g, "");
const prose = (name: string, language: Language): string =>
  readFileSync(`site/${language === "ko" ? "ko/" : ""}${name}.md`, "utf8");

/** What the table of losses says, row by row: what is measured, and who is ahead. */
const LOSSES_KO: Readonly<Record<string, string>> = {
  where: "어디서",
  "who is ahead": "앞선 쪽",
  "the first 18 calls after a rest": "쉬다가 보내는 첫 18건",
  "18 a second used where the host stalls": "호스트가 멈칫거릴 때 초당 18건 중 쓴 몫",
  "a lone call waits": "호출 하나의 대기",
  "refused, where the network scatters by more than the margin":
    "여유보다 더 흔들리는 네트워크에서 거절당한 수",
  "CPU a call": "호출당 CPU",
  "CPU of writing a day": "하루치 쓰기 CPU",
  "CPU of reading a day": "하루치 읽기 CPU",
  "a master file read without a check": "검사 없이 읽은 종목 마스터",
  "`isTradingDay`, calls a second": "`isTradingDay` 초당 호출",
  "import, wall": "불러오는 시간",
  "CPU of all daily bars, adjusted": "수정한 일봉 전체를 읽는 CPU",
  "CPU of Parquet by symbol": "종목별 Parquet 내보내기 CPU",
  "hantoo with `marginMs: 60`": "`marginMs: 60`을 준 hantoo",
  "bare fetch": "맨 `fetch`",
  "JSON.stringify write": "`JSON.stringify`로 쓰기",
  "DuckDB read of our object": "DuckDB로 같은 객체 읽기",
  "the same rows without checks": "검사를 뺀 같은 행",
  "a Set you keep yourself": "직접 만든 `Set`",
  "DuckDB, the same, closes summed": "DuckDB로 종가 합계",
  "DuckDB's COPY by symbol of the same": "DuckDB의 `COPY`",
};

/** The table of losses in Korean. @throws where what it measures has no Korean. */
function lossesInKorean(text: string): string {
  const [rows = []] = tablesOf(text);
  const inKorean = (english: string): string => {
    const korean = LOSSES_KO[english];
    if (korean === undefined) throw new Error(`scripts/site/pages has no Korean of "${english}"`);
    return korean;
  };
  return table(
    ["where", "hantoo", "who is ahead"].map((head) => LOSSES_KO[head] ?? head),
    rows.map(({ where = "", hantoo = "", "who is ahead": ahead = "" }) => {
      const [cell = "", ...who] = ahead.split(", ");
      // Names of packages stay.
      const name = who.join(", ");
      return [inKorean(where), hantoo, `${cell}, ${LOSSES_KO[name] ?? name}`];
    }),
  );
}

/** Where others are faster or lighter, as one run of the benches gave it. */
export function lossesPage(language: Language): string {
  const parts = partsOf(bench());
  const text =
    language === "ko"
      ? lossesInKorean(parts.get("losses") ?? "")
      : withoutMarkers(chapter(bench(), "Where we lose"));
  return prose("losses", language)
    .replace("<!-- losses -->", () => text)
    .replace("<!-- run -->", () => parts.get("run") ?? "");
}

/** Every table of the benches, as one run gave them. */
export function figuresPage(language: Language): string {
  const text = withoutMarkers(bench())
    .replace(/^# .*\n/, "")
    .replace(/\n## Where we lose\n[\s\S]*?(?=\n## |$)/, "");
  return prose("figures", language).replace("<!-- benches -->", () => text.trim());
}

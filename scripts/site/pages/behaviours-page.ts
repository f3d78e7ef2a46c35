import { BEHAVIOURS } from "hantoo/testing";
import { SOURCES_KO } from "./behaviour-sources-ko.data.js";
import { BEHAVIOURS_KO } from "./behaviours-ko.data.js";
import { type Language, table } from "./tables.js";

const AREAS_KO: Readonly<Record<string, string>> = {
  Tokens: "토큰",
  Limits: "유량",
  Requests: "요청",
  "Minute bars": "분봉",
  FHKST03010200: "FHKST03010200 (당일 분봉)",
  FHKST03010230: "FHKST03010230 (과거 분봉)",
  "Daily bars and quotes": "일봉과 현재가",
  Companies: "종목 정보",
  "chk-holiday": "휴장일 조회(chk-holiday)",
  Indices: "지수",
  Sessions: "거래 시간",
  "Master files": "종목 마스터",
  WebSocket: "실시간(WebSocket)",
};

const GRADES_KO = { documented: "문서화", observed: "관찰", assumed: "가정" } as const;

/** The first area of the second page: one page of all of them would weigh too much. */
const SECOND_FROM = "Daily bars and quotes";

/** @throws if `table` has no Korean for it: no page is half translated. */
function inKorean(table: Readonly<Record<string, string>>, english: string): string {
  const korean = table[english];
  if (korean === undefined) throw new Error(`scripts/site/pages has no Korean of "${english}"`);
  return korean;
}

/** The areas of the first page, and of the second. */
function areasOf(): readonly [first: readonly string[], second: readonly string[]] {
  const areas = [...new Set(BEHAVIOURS.map(({ area }) => area))];
  const cut = areas.indexOf(SECOND_FROM);
  if (cut < 0) throw new Error(`there is no area "${SECOND_FROM}"`);
  return [areas.slice(0, cut), areas.slice(cut)];
}

/** How KIS behaves, from the list the simulator is built on, each with its grade and source. */
export function behavioursPage(language: Language): string {
  const isKorean = language === "ko";
  const count = (grade: string): number => BEHAVIOURS.filter((one) => one.grade === grade).length;
  const [documented, observed, assumed] = ["documented", "observed", "assumed"].map(count);
  const intro = isKorean
    ? `# KIS는 실제로 이렇게 동작합니다

KIS 문서에 없거나 문서와 다른 동작을 모았습니다. 내장 시뮬레이터가 흉내 내는 목록 그대로이며, 하나하나에 등급과 출처가 있습니다.
모두 ${BEHAVIOURS.length}개: 문서화 ${documented}개, 관찰 ${observed}개, 가정 ${assumed}개. 코드와 \`BEHAVIOURS.md\`에는 같은 내용이 영어로 있습니다.

- **문서화**(documented): KIS가 그렇게 밝혔거나, 재어 보고 다른 자료와 맞춰 보았습니다.
- **관찰**(observed): 누군가 보았습니다. 한 번 재었거나, 여러 사용자의 말이 같습니다.
- **가정**(assumed): 확인한 사람이 없어서, 클라이언트에 더 까다로운 쪽을 골랐습니다.

먼저 알아 둘 것:

- 장중에는 **만들어지는 중인 봉**이 첫 행으로 옵니다. hantoo는 끝나고 10초 지난 분만 저장합니다.
- **장전**(08:00–09:00)에 당일 분봉을 부르면 전 거래일의 행이 오늘 날짜로 옵니다. hantoo는 행의 날짜와 달력으로 걸러 냅니다.
- 15:20–15:29에는 체결이 없습니다. 종가는 15:30 봉이고, 장중 조회로는 나중에 확정됩니다.
- 새해 첫 거래일과 수능일처럼 **개장이 늦는 날**은 첫 분이 10:00입니다. 달력이 알고 있습니다.
- 당일 일봉은 16:00부터 다음 거래일 새벽까지 애프터마켓을 포함합니다.
`
    : `# How KIS really behaves

What KIS does beside, or against, its documents: the very list the bundled simulator is built on, each item with its grade
and source. ${BEHAVIOURS.length} in all: ${documented} documented, ${observed} observed, ${assumed} assumed.

- **documented**: KIS says so, or it was measured and cross-checked.
- **observed**: someone saw it: one measurement, or several users who agree.
- **assumed**: nobody is known to have looked; we chose what is harder on a client.

Know these first:

- In the session the first row is the bar that is **still forming**. hantoo stores a minute 10 s after its end.
- **Before the open** (장전, 08:00–09:00) today's endpoint gives the rows of the day before under today's date. hantoo goes by the rows' own date and the calendar.
- A **late open** (the year's first session, exam day) moves the first minute to 10:00; the calendar knows.
- Nothing trades from 15:20 to 15:29; the close is the 15:30 bar, and it settles later.
- From 16:00 until the next trading day's morning, the daily row of the day takes in the after-market.
`;
  const more = isKorean
    ? "일봉, 종목 정보, 휴장일, 지수, 거래 시간, 종목 마스터, 실시간은 [다음 페이지](behaviours-more.md)에 있습니다.\n"
    : "Daily bars, companies, holidays, indices, sessions, master files and the stream: [next page](behaviours-more.md).\n";
  return `${intro}\n${chapters(areasOf()[0], language)}\n${more}`;
}

/** The rest of them: daily bars, companies, holidays, indices, sessions, master files, the stream. */
export function moreBehavioursPage(language: Language): string {
  const title =
    language === "ko"
      ? "# 분봉 외의 동작\n\n등급의 뜻은 [앞 페이지](behaviours.md)에 있습니다.\n"
      : "# Beyond minute bars\n\nWhat the grades mean stands on [the page before](behaviours.md).\n";
  return `${title}\n${chapters(areasOf()[1], language)}`;
}

function chapters(areas: readonly string[], language: Language): string {
  const isKorean = language === "ko";
  const head = isKorean
    ? ["동작", "등급", "출처", "시뮬레이터 옵션"]
    : ["behaviour", "known", "source", "option"];
  const texts = areas.map((area) => {
    const rows = BEHAVIOURS.filter((one) => one.area === area).map((one) => [
      isKorean ? inKorean(BEHAVIOURS_KO, one.behaviour) : one.behaviour,
      isKorean ? GRADES_KO[one.grade] : one.grade,
      isKorean ? inKorean(SOURCES_KO, one.source) : one.source,
      one.option === undefined ? "" : `\`${one.option}\``,
    ]);
    const title = isKorean ? inKorean(AREAS_KO, area) : area;
    // The same address in both languages.
    return `## ${title} {#${area.toLowerCase().replaceAll(" ", "-")}}\n\n${table(head, rows)}\n`;
  });
  return texts.join("\n");
}

/** Draws `assets/way-of-the-data.svg` and its Korean copy: `npx tsx scripts/draw-way.ts`. A test compares them. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A box of the picture: the room's name and two lines on what happens there. */
type Box = readonly [name: string, first: string, second: string];

interface Words {
  readonly label: string;
  /** In the order of the data. The first and the last are not part of this project. */
  readonly boxes: readonly Box[];
  readonly plan: string;
  readonly calendar: Box;
}

export const WORDS: Readonly<Record<"en" | "ko", Words>> = {
  en: {
    label: "The way of the data: KIS, kis/wire, kis/reads/minutes, kline/evidence, archive, storage",
    boxes: [
      ["KIS", "one pace, one token", "every attempt counted"],
      ["kis/wire", "text to numbers", "labels to instants"],
      ["kis/reads/minutes", "order, final bars only", "holes and their proof"],
      ["kline/evidence", "against what is stored", "only what is new"],
      ["archive", "JSON lines, zstd", "length and SHA-256"],
      ["storage", "S3, folder, memory", "immutable objects"],
    ],
    plan: "what is stored decides what is asked for: the plan is all that flows back",
    calendar: ["calendar", "which minutes can exist", "and from when on they are final"],
  },
  ko: {
    label: "데이터의 길: KIS, kis/wire, kis/reads/minutes, kline/evidence, archive, storage",
    boxes: [
      ["KIS", "속도 하나, 토큰 하나", "모든 시도를 센다"],
      ["kis/wire", "문자를 숫자로", "시각 표기를 시점으로"],
      ["kis/reads/minutes", "정렬, 확정된 봉만", "빈 분과 그 증거"],
      ["kline/evidence", "저장된 것과 대조", "새로운 것만"],
      ["archive", "JSON Lines, zstd", "길이와 SHA-256"],
      ["storage", "S3, 폴더, 메모리", "바뀌지 않는 객체"],
    ],
    plan: "무엇을 요청할지는 저장된 것이 정한다. 거꾸로 흐르는 것은 계획뿐이다",
    calendar: ["calendar", "어느 분이 있을 수 있는가", "언제부터 확정인가"],
  },
};

const BOX_WIDTH = 166;
const BOX_HEIGHT = 76;
const GAP = 26;
const LEFT = 14;
const TOP = 14;
const LOWER = 150;
const LOWER_WIDTH = 250;
const WIDTH = 2 * LEFT + 6 * BOX_WIDTH + 5 * GAP;
const HEIGHT = LOWER + BOX_HEIGHT + TOP;

const leftOf = (at: number): number => LEFT + at * (BOX_WIDTH + GAP);
const middleOf = (at: number): number => leftOf(at) + BOX_WIDTH / 2;

function box([name, first, second]: Box, x: number, y: number, width: number, kind: string): string {
  const middle = x + width / 2;
  return `  <rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${BOX_HEIGHT}" rx="8"/>
  <text class="name" x="${middle}" y="${y + 28}">${name}</text>
  <text class="what" x="${middle}" y="${y + 48}">${first}</text>
  <text class="what" x="${middle}" y="${y + 64}">${second}</text>
`;
}

/** @returns the picture. Each arrow begins and ends on the edge of a box, since both come from the same numbers. */
export function drawWay({ label, boxes, plan, calendar }: Words): string {
  const middleY = TOP + BOX_HEIGHT / 2;
  const bottom = TOP + BOX_HEIGHT;
  const planY = bottom + 30;
  const outside = (at: number): string => (at === 0 || at === boxes.length - 1 ? "box shell" : "box");
  const rooms = boxes.map((words, at) => box(words, leftOf(at), TOP, BOX_WIDTH, outside(at))).join("");
  const arrows = boxes
    .slice(1)
    .map(
      (_, at) =>
        `  <path class="arrow" d="M${leftOf(at) + BOX_WIDTH} ${middleY}H${leftOf(at + 1)}" marker-end="url(#tip)"/>\n`,
    )
    .join("");
  const [store, reads, evidence] = [middleOf(5), middleOf(2), middleOf(3)];
  const lowerLeft = reads + BOX_WIDTH / 2 + GAP / 2 - LOWER_WIDTH / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', sans-serif" font-size="14" role="img" aria-label="${label}">
  <style>
    .box { fill: #f4f7fb; stroke: #3b5b8c; stroke-width: 1.5; }
    .shell { fill: #fff7ec; stroke: #b7791f; }
    .name { font-weight: 600; fill: #1d2b43; text-anchor: middle; }
    .what { font-size: 11.5px; fill: #50607a; text-anchor: middle; }
    .arrow { stroke: #3b5b8c; stroke-width: 1.5; fill: none; }
    .plan { stroke-dasharray: 5 4; stroke: #66758a; }
  </style>
  <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#3b5b8c"/></marker></defs>
  <rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${rooms}${arrows}${box(calendar, lowerLeft, LOWER, LOWER_WIDTH, "box")}  <path class="arrow plan" d="M${reads} ${LOWER}V${bottom}" marker-end="url(#tip)"/>
  <path class="arrow plan" d="M${evidence - 20} ${LOWER}V${bottom}" marker-end="url(#tip)"/>
  <path class="arrow plan" d="M${store} ${bottom}V${planY}H${evidence + 30}V${bottom}" marker-end="url(#tip)"/>
  <text class="what" x="${(evidence + 30 + store) / 2}" y="${planY + 20}">${plan}</text>
</svg>
`;
}

/** Where each picture lies. */
export const FILES: Readonly<Record<keyof typeof WORDS, string>> = {
  en: "assets/way-of-the-data.svg",
  ko: "assets/way-of-the-data.ko.svg",
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const language of ["en", "ko"] as const) writeFileSync(FILES[language], drawWay(WORDS[language]));
}

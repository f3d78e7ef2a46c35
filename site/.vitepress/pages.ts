/**
 * The folder that the generator is told to build for: a stand-in. `scripts/site/relative-base.ts` makes every address
 * relative afterwards, so that any host may serve the site under any path.
 */
export const BASE = "/__base__/";

/** One page of the site: its path without ending, and its titles. */
export interface Page {
  readonly path: string;
  readonly en: string;
  readonly ko: string;
}

/** A group of the sidebar, the pages in reading order. */
export interface PageGroup {
  readonly en: string;
  readonly ko: string;
  readonly pages: readonly Page[];
}

/** Every page there is, in both languages; the sidebar, llms.txt and the checks read this. */
export const GROUPS: readonly PageGroup[] = [
  {
    en: "Guide by job",
    ko: "하고 싶은 일로 찾기",
    pages: [
      { path: "guide/key", en: "Get a key", ko: "앱키 발급" },
      { path: "guide/log-today", en: "Log today", ko: "오늘 분봉 수집" },
      { path: "guide/follow", en: "Follow unattended", ko: "무인 수집" },
      { path: "guide/backfill", en: "Fill the past", ko: "과거 채우기" },
      { path: "guide/heal", en: "Heal", ko: "빠진 분봉 복구" },
      { path: "guide/read", en: "Read with DuckDB, pandas, Spark", ko: "DuckDB·pandas·Spark로 읽기" },
      { path: "guide/several-keys", en: "The whole market, several keys", ko: "앱키 여러 개로 전 종목" },
      { path: "guide/daily", en: "Daily bars and splits", ko: "일봉과 액면분할" },
      { path: "guide/live", en: "Live trades", ko: "실시간 체결" },
      { path: "guide/test", en: "Test your app", ko: "내 앱 테스트" },
      {
        path: "guide/run",
        en: "Run it: cron, systemd, Docker, Lambda",
        ko: "운영: cron, systemd, Docker, Lambda",
      },
      { path: "guide/watch", en: "Watch it", ko: "모니터링" },
      { path: "guide/s3", en: "S3 of every brand", ko: "S3 호환 저장소" },
    ],
  },
  {
    en: "KIS as it is",
    ko: "KIS의 실제 동작",
    pages: [
      { path: "kis/behaviours", en: "How KIS really behaves", ko: "KIS는 실제로 이렇게 동작합니다" },
      { path: "kis/behaviours-more", en: "… beyond minute bars", ko: "… 분봉 외의 동작" },
      { path: "kis/errors", en: "Catalogue of errors", ko: "오류 목록" },
    ],
  },
  {
    en: "Choose with open eyes",
    ko: "고르기 전에",
    pages: [
      { path: "compare", en: "Features, side by side", ko: "기능 비교" },
      { path: "come-from", en: "Come from another library", ko: "다른 라이브러리에서 옮겨오기" },
      { path: "proof", en: "How we prove it", ko: "어떻게 검증하나" },
      { path: "losses", en: "Where we lose", ko: "어디서 뒤처지는지" },
      { path: "figures", en: "Every figure", ko: "측정값" },
      { path: "upgrade", en: "Upgrade from 0.1.0", ko: "0.1.0에서 올리기" },
    ],
  },
];

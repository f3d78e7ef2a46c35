/** Everything the page says, in one language. `{}` is a place for a value. */
export interface PageWords {
  readonly waiting: string;
  readonly well: string;
  readonly wrong: string;
  readonly silent: string;
  readonly noScript: string;
  readonly map: string;
  readonly candles: string;
  readonly gaps: string;
  readonly point: string;
  readonly noGaps: string;
  readonly more: string;
  readonly untraded: string;
  readonly open: string;
  readonly closed: string;
  readonly next: string;
  readonly none: string;
  readonly facts: {
    readonly stored: string;
    readonly due: string;
    readonly symbols: string;
    readonly lag: string;
    readonly last: string;
    readonly pace: string;
    readonly every: string;
    readonly pass: string;
    readonly next: string;
    readonly tokens: string;
    readonly waiting: string;
  };
  readonly of: string;
  readonly promised: string;
  readonly perSecond: string;
  readonly refused: string;
  readonly minutes: string;
  readonly calls: string;
  readonly symbol: string;
  readonly day: string;
  readonly missing: string;
  readonly symbolsHere: string;
  /** By the letters of a minute map; `w` is final, not stored, and not late yet. */
  readonly states: Readonly<Record<"s" | "n" | "w" | "m" | "f" | "l" | "d" | "r" | "o", string>>;
}

export const WORDS: Readonly<Record<"en" | "ko", PageWords>> = {
  en: {
    waiting: "asking …",
    well: "All is well",
    wrong: "Not as it should be",
    silent: "No answer since {} KST: the logger has ended, or cannot be reached",
    noScript: "This page needs JavaScript; /status has the same as JSON.",
    map: "Minutes of the day, by symbol",
    candles: "Last minutes of",
    gaps: "Gaps",
    point: "Point at a minute to read it; a click chooses its symbol.",
    noGaps: "None: everything that is due is stored.",
    more: "{} more symbols have gaps.",
    untraded: "No trade in these minutes.",
    open: "session open",
    closed: "session closed",
    next: "next {}",
    none: "none",
    facts: {
      stored: "minutes stored",
      due: "of what has ended",
      symbols: "symbols",
      lag: "lag",
      last: "last minute",
      pace: "pace",
      every: "each symbol",
      pass: "last pass",
      next: "next session",
      tokens: "tokens issued",
      waiting: "waiting for the store",
    },
    of: "of {}",
    promised: "promised {}",
    perSecond: "{} calls/s",
    refused: "{} refused",
    minutes: "every {} min",
    calls: "{} calls",
    symbol: "Symbol",
    day: "Stored",
    missing: "Missing, KST",
    symbolsHere: "{} symbols, {} to {}",
    states: {
      s: "stored",
      n: "to come",
      w: "being fetched",
      m: "not fetched",
      f: "failed",
      l: "lost at KIS",
      d: "damaged",
      r: "rescaled",
      o: "too old",
    },
  },
  ko: {
    waiting: "불러오는 중 …",
    well: "정상",
    wrong: "확인 필요",
    silent: "{} 이후 응답이 없습니다. 수집이 끝났거나 접속할 수 없습니다",
    noScript: "자바스크립트가 필요합니다. 같은 내용이 /status에 JSON으로 있습니다.",
    map: "종목별 오늘 분봉",
    candles: "최근 분봉",
    gaps: "빈 구간",
    point: "칸을 가리키면 내용이 보이고, 누르면 종목이 선택됩니다.",
    noGaps: "없습니다. 저장될 분봉이 모두 저장되어 있습니다.",
    more: "빈 구간이 있는 종목이 {}개 더 있습니다.",
    untraded: "이 구간에 체결이 없습니다.",
    open: "장중",
    closed: "장 마감",
    next: "다음 {}",
    none: "없음",
    facts: {
      stored: "저장한 분",
      due: "지난 분 대비",
      symbols: "종목",
      lag: "지연",
      last: "마지막 분",
      pace: "호출 속도",
      every: "종목당",
      pass: "최근 조회",
      next: "다음 장",
      tokens: "토큰 발급",
      waiting: "저장 대기",
    },
    of: "/ {}",
    promised: "약속 {}",
    perSecond: "초당 {}회",
    refused: "거절 {}회",
    minutes: "{}분마다",
    calls: "호출 {}회",
    symbol: "종목",
    day: "저장",
    missing: "빠진 시각(KST)",
    symbolsHere: "{}종목, {}부터 {}까지",
    states: {
      s: "저장",
      n: "예정",
      w: "조회 중",
      m: "미조회",
      f: "실패",
      l: "KIS 누락",
      d: "손상",
      r: "수정주가",
      o: "보관 기간 지남",
    },
  },
};

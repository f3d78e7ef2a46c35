import type { ErrorCode } from "../../../src/core/index.js";

/** A text in both languages of the site. */
export interface Bilingual {
  readonly en: string;
  readonly ko: string;
}

/** What to do about each class of error. The type makes a new class without a text a type error. */
export const ACTIONS: Readonly<Record<ErrorCode, Bilingual>> = {
  config: {
    en: "Correct the option that the message names; nothing was sent or written.",
    ko: "메시지가 가리키는 옵션을 고치세요. 아무것도 보내거나 쓰지 않았습니다.",
  },
  kis_api: {
    en: "Look `msgCd` up below. `retryable` says whether waiting helps.",
    ko: "아래에서 `msgCd`를 찾으세요. 기다리면 되는 오류인지는 `retryable`이 알려 줍니다.",
  },
  kis_auth: {
    en: "Check key, secret and environment; a key lives one year. Running the same again does not help.",
    ko: "앱키, 시크릿, 실전/모의 구분을 확인하세요. 앱키 유효기간은 1년입니다. 그대로 다시 돌려도 소용없습니다.",
  },
  kis_rate_limit: {
    en: "Wait `retryAfterMs`. If it returns, another program uses the key: share a limiter and a token store.",
    ko: "`retryAfterMs`만큼 기다리세요. 또 나면 다른 프로그램이 같은 앱키를 쓰는 것입니다. limiter와 토큰 저장소를 공유하세요.",
  },
  kis_unsupported: {
    en: "Use a live key, or another call: paper has neither past minutes nor holidays.",
    ko: "실전 앱키를 쓰거나 다른 호출을 쓰세요. 모의투자에는 과거 분봉도 휴장일 조회도 없습니다.",
  },
  kis_schema: {
    en: "If `retryable`, run again. If it stays, KIS has changed a field: update hantoo, or report `path` and `received`.",
    ko: "`retryable`이면 다시 돌리세요. 계속되면 KIS가 필드를 바꾼 것입니다. hantoo를 올리거나 `path`와 `received`를 알려 주세요.",
  },
  transport: {
    en: "Was tried again already. Check the network, then run the same again: it goes on where it ended.",
    ko: "이미 재시도했습니다. 네트워크를 확인하고 같은 명령을 다시 돌리면 이어서 합니다.",
  },
  timeout: {
    en: "As above; raise `timeoutMs` where the network is slow.",
    ko: "위와 같습니다. 네트워크가 느리면 `timeoutMs`를 늘리세요.",
  },
  incomplete_data: {
    en: "If `retryable`, try later: nothing proves that the rows are all there. `missing` names what did not come.",
    ko: "`retryable`이면 나중에 다시 하세요. 행이 전부라는 증거가 없습니다. 오지 않은 구간은 `missing`에 있습니다.",
  },
  master_format: {
    en: "Nothing is guessed: update hantoo, or report market, line and field.",
    ko: "추측하지 않습니다. hantoo를 올리거나 시장, 줄, 필드를 알려 주세요.",
  },
  storage: {
    en: "The message names operation and key: check bucket, permission, space. What was fetched waits in the spool, if there is one.",
    ko: "메시지에 작업과 키가 있습니다. 버킷, 권한, 용량을 확인하세요. 스풀을 켰다면 받은 데이터는 거기서 기다립니다.",
  },
  storage_conflict: {
    en: "Another writer was first; what is stored was left as it is. Loggers handle this by themselves.",
    ko: "다른 프로세스가 먼저 썼고, 저장된 것은 그대로입니다. 로거는 이 경우를 스스로 처리합니다.",
  },
  calendar_range: {
    en: "Update hantoo, or add what was announced with `createCalendar()`. An unknown day is never taken for open.",
    ko: "hantoo를 올리거나 `createCalendar()`로 공지된 날을 더하세요. 모르는 날을 개장일로 치지 않습니다.",
  },
};

/** Causes in Korean; the English ones are the docstrings of the classes. */
export const CAUSES_KO: Readonly<Record<ErrorCode, string>> = {
  config: "옵션이나 인자가 없거나 범위를 벗어났습니다. I/O 전에 던집니다.",
  kis_api: "KIS가 응답했고 거절했습니다. 이유는 `msgCd`에 있습니다.",
  kis_auth: "앱키, 시크릿, 토큰 중 하나가 재발급 뒤에도 거절됩니다.",
  kis_rate_limit: "정해진 만큼 재시도한 뒤에도 유량으로 거절됩니다.",
  kis_unsupported: "이 환경(모의)에 없는 호출입니다. 알려진 것은 보내기 전에 알립니다.",
  kis_schema: "KIS 응답에 우리가 공개하는 값이 들어 있지 않습니다.",
  transport: "네트워크나 게이트웨이 장애: 연결 끊김, 잘린 본문, JSON 대신 HTML.",
  timeout: "정해진 시간 안에 본문까지 다 오지 않았습니다.",
  incomplete_data: "완전하다는 증거가 나오기 전에 데이터가 끝났습니다.",
  master_format: "종목 마스터 파일이 아는 형식과 다릅니다.",
  storage: "저장소 장애: 버킷 없음, 권한 없음, 디스크 부족, 목록 오류.",
  storage_conflict: "`ifAbsent`로 쓰려는 키에 이미 객체가 있습니다.",
  calendar_range: "달력이 모르는 날입니다. 모르는 날은 개장일이 아닙니다.",
};

/** What KIS's codes mean, in Korean; the English words stand beside the codes in the source. */
export const CODES_KO: Readonly<Record<string, string>> = {
  EGW00121: "유효하지 않은 토큰",
  EGW00122: "토큰 없음",
  EGW00123: "만료된 토큰",
  EGW00133: "토큰 발급은 1분에 한 번",
  EGW00201: "초당 거래건수 초과",
  EGW00215: "원장의 초당 건수 초과",
  EGW00202: "게이트웨이 라우팅",
  EGW00203: "OPS 라우팅",
  EGW00300: "게이트웨이: 라우팅 시간 초과",
  EGW00301: "게이트웨이: 연결 시간 초과",
  EGW00302: "게이트웨이: 처리 시간 초과",
  OPSQ1002: "세션 연결 오류",
  EGW00001: "일시적 오류",
  EGW00002: "서버 오류",
  OPSQ0003: "같은 호출 15번 중 3번 관찰",
  OPSQ0008: "호출 뒤 MCI 전송 오류",
  OPSQ0010: "결과 읽기: 자원 부족",
  EGW00103: "앱키",
  EGW00105: "앱 시크릿",
  EGW00205: "Bearer 토큰이 아님",
  EGW00206: "이 API 권한 없음",
  EGW00207: "허용되지 않은 주소",
  EGW00208: "고객 유형",
  EGW02004: "모의 앱키로 실전 호스트 호출",
  EGW00003: "접근 거부",
  EGW00303: "법인 앱키의 주소",
  EGW00304: "게이트웨이에서 본 앱 시크릿 오류",
  EGW00213: "모의투자에 없는 호출",
  EGW02006: "모의투자에 없는 호출",
  OPSQ0002: "없는 서비스",
};

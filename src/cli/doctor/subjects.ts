import {
  type Clock,
  type KisClient,
  KisAuthError,
  KisUnsupportedError,
  type ObjectStore,
  addDays,
  downloadMaster,
  krx,
  kstDay,
} from "hantoo";
import type { CountedFetch } from "./counted-fetch.js";
import { type Finding, type Sight, asAssumed, differs, judged, notSeen } from "./finding.js";
import { lookAtStore } from "./store-subject.js";
import { whatFailed } from "./what-failed.js";

/** What the checks work with. */
export interface SubjectInputs {
  readonly client: KisClient;
  readonly http: CountedFetch;
  readonly clock: Clock;
  /** Where master files come from; `undefined` means KIS. */
  readonly masterUrl: string | undefined;
  /** Absent where none was named. */
  readonly store: ObjectStore | undefined;
}

interface Subject {
  readonly id: string;
  readonly restsOn: string;
  /** @param isAnswered - whether KIS answered the first call. */
  readonly look: (inputs: SubjectInputs, isAnswered: boolean) => Promise<Sight>;
}

/** Traded every day since 1975, and known to live, paper and simulator. */
const SYMBOL = "005930";
/** Largest difference of the clocks: a minute is taken as final only some seconds after its end. */
const CLOCK_MS = 2000;
const DAY_S = 86_400;
/** A single failed call is no finding, but more retries would make the user wait. */
const RETRIES = 1;
const UNANSWERED = ["KIS did not answer the first call", "첫 호출에 KIS가 응답하지 않았습니다"] as const;
const KOREAN = { open: "개장", closed: "휴장", unknown: "알 수 없음", both: "개장과 휴장 모두" } as const;
/** At most so many calls are sent in one second to see whether KIS refuses some. */
const MOST_PACED = 10;

/** One line each, in this order: the others need the first call, which checks the key. */
const SUBJECTS: readonly Subject[] = [
  { id: "key", restsOn: "every call", look: lookAtKey },
  { id: "token", restsOn: "one token a day, shared by all programs of a key", look: lookAtToken },
  { id: "clock", restsOn: "which minutes are final", look: lookAtClock },
  { id: "pace", restsOn: "how many calls leave in a second", look: lookAtPace },
  { id: "calendar", restsOn: "which days are collected", look: lookAtCalendar },
  { id: "masters", restsOn: "which symbols there are", look: lookAtMasters },
  {
    id: "store",
    restsOn: "where bars are kept",
    look: async ({ store }) =>
      store === undefined
        ? notSeen("no store was named", "저장소가 지정되지 않았습니다")
        : lookAtStore(store),
  },
];

/**
 * Checks each subject, whatever the ones before showed.
 *
 * @param onFinding - called with each finding as it is made.
 * @throws the reason of the caller's signal, nothing else.
 */
export async function lookAtSubjects(
  inputs: SubjectInputs,
  onFinding: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { id, restsOn, look } of SUBJECTS) {
    const isAnswered = findings[0]?.found === "as assumed";
    const sight = await look(inputs, isAnswered).catch((error: unknown) => notSeen(whatFailed(error)));
    const finding = { id, ...sight, restsOn };
    findings.push(finding);
    onFinding(finding);
  }
  return findings;
}

async function lookAtKey({ client, http }: SubjectInputs): Promise<Sight> {
  try {
    await client.quote(SYMBOL, { signal: http.signal, retry: RETRIES });
    const whose = `${client.environment}, ${client.provenance}`;
    return asAssumed(`accepted (${whose})`, `앱키 사용 가능(${whose})`);
  } catch (error) {
    if (error instanceof KisAuthError)
      return differs(
        `not accepted: ${whatFailed(error)}; check KIS_APP_KEY, KIS_APP_SECRET and KIS_ENVIRONMENT`,
        `KIS가 앱키를 거부했습니다: ${whatFailed(error)}. KIS_APP_KEY, KIS_APP_SECRET, KIS_ENVIRONMENT를 확인하세요`,
      );
    throw error;
  }
}

async function lookAtToken({ http }: SubjectInputs, isAnswered: boolean): Promise<Sight> {
  const { asked, expiresIn } = http.tokens;
  if (!isAnswered) return notSeen(...UNANSWERED);
  if (asked === 0)
    return asAssumed(
      "the stored token is still good; none was issued",
      "보관해 둔 토큰을 그대로 사용, 새로 발급하지 않음",
    );
  if (asked > 1)
    return differs(
      `${asked} were asked for; one should have been enough`,
      `토큰을 ${asked}번 요청했습니다. 한 번이면 되어야 합니다`,
    );
  if (expiresIn === undefined) return notSeen("none was issued", "발급된 토큰이 없습니다");
  const hours = Math.round(expiresIn / 360) / 10;
  return judged(
    expiresIn > 0 && expiresIn <= DAY_S,
    `issued, ${hours} hours left`,
    `새로 발급, ${hours}시간 남음`,
  );
}

async function lookAtClock({ http }: SubjectInputs): Promise<Sight> {
  if (http.clock === undefined) return notSeen("no answer carried a Date", "응답에 Date 헤더가 없습니다");
  const { offsetMs, withinMs } = http.clock;
  const [off, isBehind] = [Math.abs(offsetMs), offsetMs > 0];
  return judged(
    off <= CLOCK_MS + withinMs,
    `${off} ms ${isBehind ? "behind" : "ahead of"} KIS's, within ${withinMs} ms`,
    `KIS보다 ${off} ms ${isBehind ? "느림" : "빠름"}(오차 ${withinMs} ms 이내)`,
  );
}

async function lookAtPace({ client, http }: SubjectInputs, isAnswered: boolean): Promise<Sight> {
  if (!isAnswered) return notSeen(...UNANSWERED);
  const { ratePerSecond } = client.capacity;
  const before = client.pace.refusals;
  // At most half of what is left: the subjects that follow need calls, too.
  const count = Math.min(MOST_PACED, Math.ceil(ratePerSecond), Math.floor(http.left / 2));
  if (count < 2)
    return notSeen("too few calls are left to fill a second", "남은 호출 수가 적어 속도를 재지 못했습니다");
  const asked = Array.from({ length: count }, () => client.quote(SYMBOL, { signal: http.signal }));
  const failed = (await Promise.allSettled(asked)).filter(({ status }) => status === "rejected");
  const refusals = client.pace.refusals - before;
  if (refusals > 0)
    return differs(
      `${refusals} of ${count} calls refused at ${ratePerSecond} a second; going on at ${client.pace.current} a second. New keys have 3 a second (KIS_RATE_LIMIT=new-account), and programs with the same key share its limit`,
      `초당 ${ratePerSecond}회 속도에서 ${count}회 중 ${refusals}회 거부, 이후 초당 ${client.pace.current}회로 진행합니다. 새로 발급한 앱키는 초당 3회이며(KIS_RATE_LIMIT=new-account), 같은 앱키를 쓰는 프로그램끼리 한도를 나눠 씁니다`,
    );
  if (failed.length > 0)
    return notSeen(
      `${failed.length} of ${count} calls failed, none because of the rate`,
      `${count}회 중 ${failed.length}회 실패(속도 때문은 아님)`,
    );
  return asAssumed(
    `${count} calls at ${ratePerSecond} a second, none refused`,
    `초당 ${ratePerSecond}회 속도로 ${count}회 호출, 거부 없음`,
  );
}

async function lookAtCalendar({ client, http, clock }: SubjectInputs, isAnswered: boolean): Promise<Sight> {
  if (!isAnswered) return notSeen(...UNANSWERED);
  const today = kstDay(clock.now());
  try {
    const to = addDays(today, 23);
    const rows = await client.holidays(today, { to, signal: http.signal });
    const odd = krx.differences(rows);
    if (odd.length > 0)
      return differs(
        odd.map(({ day, calendar, kis }) => `${day} is ${calendar} here and ${kis} at KIS`).join("; "),
        odd
          .map(({ day, calendar, kis }) => `${day}: 달력은 ${KOREAN[calendar]}, KIS는 ${KOREAN[kis]}`)
          .join("; "),
      );
    return rows.length === 0
      ? notSeen("chk-holiday has no rows", "휴장일 조회(chk-holiday) 결과가 비었습니다")
      : asAssumed(
          `${rows.length} days from ${today} agree with chk-holiday`,
          `${today}부터 ${rows.length}일이 휴장일 조회(chk-holiday)와 일치`,
        );
  } catch (error) {
    if (error instanceof KisUnsupportedError)
      return notSeen("paper has no chk-holiday", "모의투자에는 휴장일 조회가 없습니다");
    throw error;
  }
}

async function lookAtMasters({ http, clock, masterUrl }: SubjectInputs): Promise<Sight> {
  const rows: string[] = [];
  const korean: string[] = [];
  for (const market of ["kospi", "kosdaq"] as const) {
    try {
      const master = await downloadMaster(market, {
        clock,
        fetch: http.fetch,
        signal: http.signal,
        maxAttempts: 1 + RETRIES,
        ...(masterUrl === undefined ? {} : { baseUrl: masterUrl }),
      });
      const odd = master.odd.length === 0 ? "" : `, ${master.odd.length} strange cells`;
      rows.push(`${market} ${master.instruments.size} rows by ${master.layout}${odd}`);
      const strange = master.odd.length === 0 ? "" : `, 이상한 값 ${master.odd.length}개`;
      korean.push(`${market} ${master.instruments.size}종목(${master.layout})${strange}`);
    } catch (error) {
      const { code } = (error ?? {}) as { readonly code?: unknown };
      // A file came that no layout fits. Any other error is about the download.
      if (code === "master_format") return differs(`${market}: ${whatFailed(error)}`);
      throw error;
    }
  }
  return asAssumed(rows.join("; "), korean.join(", "));
}

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
import type { CountedLine } from "./counted-line.js";
import { type Finding, type Sight, asAssumed, differs, judged, notSeen } from "./finding.js";
import { lookAtStore } from "./store-subject.js";
import { whatFailed } from "./what-failed.js";

/** What the subjects are looked at with. */
export interface SubjectInputs {
  readonly client: KisClient;
  readonly line: CountedLine;
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

/** Traded each day since 1975, and known to every KIS. */
const SYMBOL = "005930";
/** KIS's Date has whole seconds; a minute is held for final only seconds after its end. */
const CLOCK_MS = 2000;
const DAY_S = 86_400;
/** One blip is no finding, and whoever asks how things are wants to know now. */
const RETRIES = 1;
const UNANSWERED = ["KIS did not answer the first call", "첫 호출에 KIS가 응답하지 않았습니다"] as const;
const KOREAN = { open: "개장", closed: "휴장", unknown: "알 수 없음", both: "개장과 휴장 모두" } as const;
/** Of a second's calls, so many are spent to see whether KIS lets them pass. */
const MOST_PACED = 10;

/** One line each, in this order: those behind the key need what the first call brought. */
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
 * Looks at each subject, whatever became of the ones before.
 *
 * @param onFinding - is told each as it is found.
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

async function lookAtKey({ client, line }: SubjectInputs): Promise<Sight> {
  try {
    await client.quote(SYMBOL, { signal: line.signal, retry: RETRIES });
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

async function lookAtToken({ line }: SubjectInputs, isAnswered: boolean): Promise<Sight> {
  const { asked, expiresIn } = line.tokens;
  if (!isAnswered) return notSeen(...UNANSWERED);
  if (asked === 0)
    return asAssumed(
      "the one kept from before serves; none was issued",
      "보관해 둔 토큰을 그대로 사용, 새로 발급하지 않음",
    );
  if (asked > 1)
    return differs(
      `${asked} were asked for; one should have done`,
      `토큰을 ${asked}번 요청했습니다. 한 번이면 되어야 합니다`,
    );
  if (expiresIn === undefined) return notSeen("none was given out", "발급된 토큰이 없습니다");
  const hours = Math.round(expiresIn / 360) / 10;
  return judged(
    expiresIn > 0 && expiresIn <= DAY_S,
    `issued, ${hours} hours left`,
    `새로 발급, ${hours}시간 남음`,
  );
}

async function lookAtClock({ line }: SubjectInputs): Promise<Sight> {
  if (line.clock === undefined) return notSeen("no answer carried a Date", "응답에 Date 헤더가 없습니다");
  const { offsetMs, withinMs } = line.clock;
  const [off, isBehind] = [Math.abs(offsetMs), offsetMs > 0];
  return judged(
    off <= CLOCK_MS + withinMs,
    `${off} ms ${isBehind ? "behind" : "ahead of"} KIS's, within ${withinMs} ms`,
    `KIS보다 ${off} ms ${isBehind ? "느림" : "빠름"}(오차 ${withinMs} ms 이내)`,
  );
}

async function lookAtPace({ client, line }: SubjectInputs, isAnswered: boolean): Promise<Sight> {
  if (!isAnswered) return notSeen(...UNANSWERED);
  const { ratePerSecond } = client.capacity;
  const before = client.pace.refusals;
  // Half of what is left at the most: the subjects behind want their turn.
  const count = Math.min(MOST_PACED, Math.ceil(ratePerSecond), Math.floor(line.left / 2));
  if (count < 2)
    return notSeen("too few calls are left to fill a second", "남은 호출 수가 적어 속도를 재지 못했습니다");
  const asked = Array.from({ length: count }, () => client.quote(SYMBOL, { signal: line.signal }));
  const failed = (await Promise.allSettled(asked)).filter(({ status }) => status === "rejected");
  const refusals = client.pace.refusals - before;
  if (refusals > 0)
    return differs(
      `${refusals} of ${count} calls refused at ${ratePerSecond} a second; it goes on at ${client.pace.current}. New keys have 3 a second (KIS_RATE_LIMIT=new-account), and programs on one key share its limit`,
      `초당 ${ratePerSecond}회 속도에서 ${count}회 중 ${refusals}회 거부, 이후 초당 ${client.pace.current}회로 진행합니다. 새로 발급한 앱키는 초당 3회이며(KIS_RATE_LIMIT=new-account), 같은 앱키를 쓰는 프로그램끼리 한도를 나눠 씁니다`,
    );
  if (failed.length > 0)
    return notSeen(
      `${failed.length} of ${count} calls failed, none for the rate`,
      `${count}회 중 ${failed.length}회 실패(속도 때문은 아님)`,
    );
  return asAssumed(
    `${count} calls at ${ratePerSecond} a second, none refused`,
    `초당 ${ratePerSecond}회 속도로 ${count}회 호출, 거부 없음`,
  );
}

async function lookAtCalendar({ client, line, clock }: SubjectInputs, isAnswered: boolean): Promise<Sight> {
  if (!isAnswered) return notSeen(...UNANSWERED);
  const today = kstDay(clock.now());
  try {
    const to = addDays(today, 23);
    const rows = await client.holidays(today, { to, signal: line.signal });
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
          `${rows.length} days from ${today} as chk-holiday has them`,
          `${today}부터 ${rows.length}일이 휴장일 조회(chk-holiday)와 일치`,
        );
  } catch (error) {
    if (error instanceof KisUnsupportedError)
      return notSeen("paper has no chk-holiday", "모의투자에는 휴장일 조회가 없습니다");
    throw error;
  }
}

async function lookAtMasters({ line, clock, masterUrl }: SubjectInputs): Promise<Sight> {
  const rows: string[] = [];
  const korean: string[] = [];
  for (const market of ["kospi", "kosdaq"] as const) {
    try {
      const master = await downloadMaster(market, {
        clock,
        fetch: line.fetch,
        signal: line.signal,
        maxAttempts: 1 + RETRIES,
        ...(masterUrl === undefined ? {} : { baseUrl: masterUrl }),
      });
      const odd = master.odd.length === 0 ? "" : `, ${master.odd.length} strange cells`;
      rows.push(`${market} ${master.instruments.size} rows by ${master.layout}${odd}`);
      const strange = master.odd.length === 0 ? "" : `, 이상한 값 ${master.odd.length}개`;
      korean.push(`${market} ${master.instruments.size}종목(${master.layout})${strange}`);
    } catch (error) {
      const { code } = (error ?? {}) as { readonly code?: unknown };
      // What came was read and is no master as the layouts have it; anything else is the way there.
      if (code === "master_format") return differs(`${market}: ${whatFailed(error)}`);
      throw error;
    }
  }
  return asAssumed(rows.join("; "), korean.join(", "));
}

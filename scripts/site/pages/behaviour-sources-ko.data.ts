/** The sources of `BEHAVIOURS` in Korean, by their English words. */
export const SOURCES_KO: Readonly<Record<string, string>> = {
  "KIS developer portal": "KIS 개발자 포털",
  "KIS developer portal, policy since 2023-04-28": "KIS 개발자 포털, 2023-04-28부터의 정책",
  "our choice": "우리의 선택",
  "KIS developer portal; several public projects": "KIS 개발자 포털. 여러 공개 프로젝트",
  "koreainvestment/open-trading-api, kis_auth.py": "koreainvestment/open-trading-api, kis_auth.py",
  "cases met by public collectors, 2026: maintenance": "공개 수집기들이 겪은 사례, 2026: 점검",
  "the same-token policy; cases met by public collectors, 2026":
    "같은 토큰을 주는 정책. 공개 수집기들이 겪은 사례, 2026",
  "cases met by public collectors, 2026": "공개 수집기들이 겪은 사례, 2026",
  "the notice is said to come with an issue": "알림톡은 발급할 때 온다고 함",
  "several public projects": "여러 공개 프로젝트",
  "KIS developer portal, error codes; shape and status assumed":
    "KIS 개발자 포털, 오류 코드. 꼴과 상태 코드는 가정",
  "KIS notices of 2026-04-03 and 2026-04-20": "KIS 공지, 2026-04-03과 2026-04-20",
  "the notice speaks of calls a second only": "공지에는 초당 호출 수만 있음",
  "KIS notice of 2026-04-20; that they share it is assumed": "KIS 공지, 2026-04-20. 함께 쓴다는 것은 가정",
  "KIS notice of 2026-04-03": "KIS 공지, 2026-04-03",
  "still open: nobody is known to have measured it": "미확인. 재어 본 사람이 없음",
  "as above": "위와 같음",
  "cases met by public collectors, 2026: four at once fine, six at once refused":
    "공개 수집기들이 겪은 사례, 2026: 동시 넷은 되고 여섯은 거절",
  "KIS notice of 2026-04-20; an even share each is assumed":
    "KIS 공지, 2026-04-20. 고르게 나눈다는 것은 가정",
  "cases met by public collectors, 2026; case 04": "공개 수집기들이 겪은 사례, 2026. 사례 04",
  "a proxy may send it": "프록시가 보낼 수 있음",
  "measured 2026-09-11": "2026-09-11 측정",
  "cases met by public collectors, 2026: OPSQ0003 in 3 of 15 same calls; case 04; some statuses and texts are assumed":
    "공개 수집기들이 겪은 사례, 2026: 같은 호출 15번 중 3번 OPSQ0003. 사례 04. 일부 상태 코드와 문구는 가정",
  "maintenance pages; no recording": "점검 안내 페이지. 녹화 없음",
  "python-kis filters them": "python-kis가 걸러 냄",
  "python-kis treats price 0 as not found": "python-kis는 가격 0을 없는 종목으로 봄",
  "probes of a public production collector, 2026-08 to 2026-10": "공개된 운영 수집기의 측정, 2026-08~10",
  "recorded responses in unohee/kis-agent, 2025-09-16; probes of a public production collector, 2026-08 to 2026-10":
    "unohee/kis-agent의 응답 녹화, 2025-09-16. 공개된 운영 수집기의 측정, 2026-08~10",
  "recorded responses in unohee/kis-agent, 2025-09-16": "unohee/kis-agent의 응답 녹화, 2025-09-16",
  "recorded responses in unohee/kis-agent, 2025-09-16: holds for all 215 pairs":
    "unohee/kis-agent의 응답 녹화, 2025-09-16: 215쌍 모두 맞음",
  "recorded responses in unohee/kis-agent, 2025-09-16: 108 shares; the cause is assumed":
    "unohee/kis-agent의 응답 녹화, 2025-09-16: 108주. 원인은 가정",
  "a hard case, off unless chosen": "까다로운 경우라 골라야 켜짐",
  "probes of a public production collector, 2026-08 to 2026-10: a missing minute cannot be told from lost data":
    "공개된 운영 수집기의 측정, 2026-08~10: 빠진 분과 사라진 데이터를 구별할 수 없음",
  "cases met by public collectors, 2026: 77 of about 150 M bars, on 33 of 263 days; case 01":
    "공개 수집기들이 겪은 사례, 2026: 약 1억 5천만 봉 중 77개, 263일 중 33일. 사례 01",
  "cases met by public collectors, 2026: 005930 on 2026-08-13, two projects; case 02":
    "공개 수집기들이 겪은 사례, 2026: 2026-08-13의 005930, 두 프로젝트. 사례 02",
  "cases met by public collectors, 2026; case 02; the days are assumed":
    "공개 수집기들이 겪은 사례, 2026. 사례 02. 날수는 가정",
  "cases met by public collectors, 2026: 14:42 and 14:43; case 02":
    "공개 수집기들이 겪은 사례, 2026: 14:42와 14:43. 사례 02",
  "probes of a public production collector, 2026-08 to 2026-10: an empty page proves nothing":
    "공개된 운영 수집기의 측정, 2026-08~10: 빈 페이지는 아무것도 증명하지 않음",
  "koreainvestment/open-trading-api, postman notes": "koreainvestment/open-trading-api, postman 설명",
  "probes of a public production collector, 2026-08 to 2026-10: for this minute and the next":
    "공개된 운영 수집기의 측정, 2026-08~10: 지금 분과 다음 분",
  "harder: a client must not trust the first row": "더 까다로운 쪽: 첫 행을 믿으면 안 됨",
  "koreainvestment/open-trading-api": "koreainvestment/open-trading-api",
  "probes of a public production collector, 2026-08 to 2026-10; the official text says as much":
    "공개된 운영 수집기의 측정, 2026-08~10. 공식 설명도 같음",
  "probes of a public production collector, 2026-08 to 2026-10; several public projects":
    "공개된 운영 수집기의 측정, 2026-08~10. 여러 공개 프로젝트",
  "it was still 0 at 15:37, and right in the evening": "15:37에 아직 0, 저녁에는 맞음",
  "cases met by public collectors, 2026: 035720 at 080000; case 08; close and turnover 0 are assumed":
    "공개 수집기들이 겪은 사례, 2026: 080000의 035720. 사례 08. 종가와 거래대금 0은 가정",
  "cases met by public collectors, 2026: one project, live; case 03":
    "공개 수집기들이 겪은 사례, 2026: 한 프로젝트, 실전. 사례 03",
  "justinjeon-tasol/tradingview; the exact rows are assumed":
    "justinjeon-tasol/tradingview. 정확한 행은 가정",
  "several clients cut there": "여러 클라이언트가 거기서 자름",
  "an evening call with 15:30 was seen to give the auction": "저녁에 15:30을 물어 단일가를 받은 기록이 있음",
  "measured 2026-09-14: floor 2025-09-03": "2026-09-14 측정: 하한 2025-09-03",
  "cases met by public collectors, 2026: 99 rows of 2026-08-13; case 02":
    "공개 수집기들이 겪은 사례, 2026: 2026-08-13의 99행. 사례 02",
  "one recording says otherwise; a client that asks a label later is safe either way":
    "녹화 하나는 반대. 한 분 뒤를 요청하면 어느 쪽이든 안전",
  "KIS developer portal; it answered some users": "KIS 개발자 포털. 답을 받은 사용자도 있음",
  "recorded 2024-02": "2024-02 녹화",
  "read-outs of a public project, 2026-09 and 2026-10: 991 of 991 symbols at 07:49, 2026-09-07; the hour and other venues are assumed":
    "공개 프로젝트의 조회 기록, 2026-09~10: 2026-09-07 07:49에 991종목 중 991종목. 시각과 다른 거래소는 가정",
  "read-outs of a public project, 2026-09 and 2026-10: 300 symbols, 2026-09-28":
    "공개 프로젝트의 조회 기록, 2026-09~10: 2026-09-28에 300종목",
  "read-outs of a public project, 2026-09 and 2026-10: 000250 of 2026-10-02, still wrong in the evening of Monday 2026-10-05; case 23; the minute is assumed":
    "공개 프로젝트의 조회 기록, 2026-09~10: 000250의 2026-10-02가 월요일인 2026-10-05 저녁에도 틀림. 사례 23. 분은 가정",
  "read-outs of a public project, 2026-09 and 2026-10": "공개 프로젝트의 조회 기록, 2026-09~10",
  "KIS developer portal: mod_yn; before its close the row is still the shell (assumed)":
    "KIS 개발자 포털: mod_yn. 마감 전에는 아직 껍데기(가정)",
  "cases met by public collectors, 2026: 056730 on 2019-02-11; case 22; mod_yn Y is assumed":
    "공개 수집기들이 겪은 사례, 2026: 2019-02-11의 056730. 사례 22. mod_yn Y는 가정",
  "cases met by public collectors, 2026: 000660 at NXT on 2025-12-15; case 12":
    "공개 수집기들이 겪은 사례, 2026: 2025-12-15 NXT의 000660. 사례 12",
  "cases met by public collectors, 2026: 117930; case 05": "공개 수집기들이 겪은 사례, 2026: 117930. 사례 05",
  "KIS developer portal; that halves round up is assumed": "KIS 개발자 포털. 0.5를 올린다는 것은 가정",
  "nobody is known to have measured it": "재어 본 사람이 없음",
  "004090 on 2021-04-15 showed -48.22 while shares went times ten: not to be computed with":
    "2021-04-15의 004090은 주식 수가 열 배인데 -48.22였음. 계산에 쓸 수 없음",
  "cases met by public collectors, 2026: 348080, 8327 for 953, three projects; case 17; for 0200 assumed":
    "공개 수집기들이 겪은 사례, 2026: 348080의 953이 8327로, 세 프로젝트. 사례 17. 0200은 가정",
  "not known; the quirk has both": "알려지지 않음. 옵션에 둘 다 있음",
  "KRX rules; the tick and its rounding are assumed": "KRX 규정. 호가 단위와 반올림은 가정",
  "as the daily row does": "일봉과 같음",
  "recorded 2024-02 and 2026-02": "2024-02, 2026-02 녹화",
  "not simulated": "흉내 내지 않음",
  "KIS developer portal; for FHPST01060000 assumed": "KIS 개발자 포털. FHPST01060000은 가정",
  "KIS developer portal; no cap of rows and no paging are assumed":
    "KIS 개발자 포털. 행 수 제한과 페이지가 없다는 것은 가정",
  "facts of public users; which field is written which way is assumed":
    "공개 사용자들의 말. 어느 필드가 어느 꼴인지는 가정",
  "koreainvestment/open-trading-api; other investors are not simulated":
    "koreainvestment/open-trading-api. 다른 투자자는 흉내 내지 않음",
  "KIS developer portal says after the session": "KIS 개발자 포털에는 장 마감 뒤라고 되어 있음",
  "recorded 2026-09-11": "2026-09-11 녹화",
  "cases met by public collectors, 2026, measured 2026-08-12; case 10; that it never ends is assumed":
    "공개 수집기들이 겪은 사례, 2026, 2026-08-12 측정. 사례 10. 끝이 없다는 것은 가정",
  "koreainvestment/open-trading-api issue 37": "koreainvestment/open-trading-api 이슈 37",
  "KIS developer portal; measured 2026-09-16": "KIS 개발자 포털. 2026-09-16 측정",
  "recorded 2025-09-29": "2025-09-29 녹화",
  "idxcode.mst of 2025-12-03; that `hts_kor_isnm` is the same name is assumed":
    "2025-12-03의 idxcode.mst. `hts_kor_isnm`이 같은 이름인 것은 가정",
  "KIS developer portal; that it rounds to whole minutes is assumed":
    "KIS 개발자 포털. 분 단위로 맞춘다는 것은 가정",
  "facts of public users; when they stand and for which ETC is assumed":
    "공개 사용자들의 말. 언제, 어느 ETC에 있는지는 가정",
  "recorded 2025-09-29; counts of issues and the year's extremes are constants":
    "2025-09-29 녹화. 종목 수와 연중 최고·최저는 고정값",
  "KIS notice of 2026-09-09; KONEX is assumed": "KIS 공지, 2026-09-09. 코넥스는 가정",
  "KRX calendar": "KRX 달력",
  "cases met by public collectors, 2026, 2026-10; case 18":
    "공개 수집기들이 겪은 사례, 2026, 2026-10. 사례 18",
  "KRX calendar; on a closed day every answer is the last session's":
    "KRX 달력. 휴장일에는 모든 응답이 마지막 장의 것",
  "KIS developer portal, master layouts; that the codes stand on that day alone is assumed":
    "KIS 개발자 포털, 마스터 파일 형식. 코드가 그날만 있다는 것은 가정",
  "master files of halted symbols": "정지 종목의 마스터 파일",
  "113 real zips": "실제 zip 113개",
  "times in those zips": "그 zip들의 시각",
  "KIS notice of 2026-04-20; refused so in five measurements, 2025-11 to 2026-09":
    "KIS 공지, 2026-04-20. 2025-11~2026-09의 다섯 측정에서 그렇게 거절됨",
  "one account was refused at its fourth on 2026-08-27": "한 계좌가 2026-08-27에 네 번째에서 거절됨",
  "KIS notice of 2026-04-20; measured 2026-08-28": "KIS 공지, 2026-04-20. 2026-08-28 측정",
  "others saw the first one cut, or both": "첫 세션이, 또는 둘 다 끊겼다는 사람도 있음",
  "one project's root cause of its storms, 2026-04": "한 프로젝트가 밝힌 재연결 폭주의 원인, 2026-04",
  "public code; that the session stays is assumed": "공개 코드. 세션이 남는 것은 가정",
  "several running systems": "운영 중인 여러 시스템",
  "KIS developer portal; 11 were seen on 2026-06-04": "KIS 개발자 포털. 2026-06-04에 11개까지 봄",
  "nothing says that they are not": "아니라는 말이 없음",
  "recorded 2025-07-30 and 2026-01-27": "2025-07-30, 2026-01-27 녹화",
  "recorded 2026-09-14": "2026-09-14 녹화",
  "3 was seen before the open": "개장 전에 3을 봄",
  "no recorded frame is known": "알려진 녹화가 없음",
  "measured 16:39 to 16:41": "16:39~16:41 측정",
  "a running system, four days of some 200 symbols": "운영 중인 시스템, 약 200종목 나흘",
  "nine sessions ended by it in 2026-05, in H0STANC0; in trades it is assumed":
    "2026-05 H0STANC0에서 이것으로 끝난 세션 아홉. 체결에서는 가정",
  "neither order nor delivery is documented": "순서도 전달도 보장한다는 문서가 없음",
  "two running systems": "운영 중인 시스템 둘",
  "a running system": "운영 중인 시스템",
  "a running system, 2026-05-22": "운영 중인 시스템, 2026-05-22",
  "a journal of reconnects; recorded at about 105 s": "재연결 기록. 약 105초로 기록됨",
  "koreainvestment/open-trading-api; several public projects":
    "koreainvestment/open-trading-api. 여러 공개 프로젝트",
  "an answer of KIS's, 2024-11-18; the time is assumed": "KIS의 답변, 2024-11-18. 시각은 가정",
  "fields documented; the pace and the units are ours": "필드는 문서화. 간격과 단위는 우리의 선택",
  "a recorded frame of ten fields; which events come when is ours":
    "열 개 필드의 녹화된 프레임. 어느 이벤트가 언제 오는지는 우리의 선택",
  "no recording of raw headers; RFC 9110 asks for it": "헤더 원본의 녹화가 없음. RFC 9110이 요구함",
};

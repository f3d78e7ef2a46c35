/**
 * The sentences of `BEHAVIOURS` in Korean, by their English words: a sentence that changes is translated anew.
 */
export const BEHAVIOURS_KO: Readonly<Record<string, string>> = {
  // Tokens
  "A token lives 24 hours; its expiry is written in KST without a zone.":
    "토큰은 24시간 유효하다. 만료 시각은 시간대 표시 없이 KST로 적혀 온다.",
  "Asked again within 6 hours, tokenP answers with the same token; later with a new one.":
    "6시간 안에 다시 요청하면 tokenP는 같은 토큰을, 그 뒤에는 새 토큰을 준다.",
  "The repeated answer's `expires_in` is what is left, in line with its expiry.":
    "같은 토큰을 다시 줄 때 `expires_in`은 만료 시각에 맞춰 남은 시간이다.",
  "tokenP once a minute, else HTTP 403 with `error_code` EGW00133 and `error_description`.":
    "tokenP는 1분에 한 번만 된다. 넘기면 `error_code` EGW00133과 `error_description`이 HTTP 403으로 온다.",
  "A repeated answer counts for that minute; a refused call does not.":
    "같은 토큰을 다시 받은 호출도 그 1분에 들어간다. 거절된 호출은 들어가지 않는다.",
  "Within the same second EGW00133 goes before EGW00201.":
    "같은 1초 안에서는 EGW00133이 EGW00201보다 먼저다.",
  "Each new token sends a KakaoTalk notice (`stats.tokenIssues`).":
    "토큰이 새로 나올 때마다 알림톡이 간다(`stats.tokenIssues`).",
  "A token may be ended before its time, with codes other than EGW00121 as well (`revokeTokens()`, fault `token-revoked`).":
    "토큰이 만료 전에 끊길 수 있고, 그때 코드는 EGW00121이 아닐 수도 있다(`revokeTokens()`, 장애 `token-revoked`).",
  "tokenP may go on giving out a token that the gateway refuses, for its six hours or until it is revoked.":
    "게이트웨이가 거절하는 토큰을 tokenP가 6시간 동안, 또는 폐기할 때까지 계속 줄 수 있다.",
  "A new token may end the older one.": "새 토큰이 나오면 옛 토큰이 끊길 수 있다.",
  "A repeated token sends no notice.": "같은 토큰을 다시 줄 때는 알림톡이 가지 않는다.",
  "An older token stays good until its own expiry when a new one is issued.":
    "새 토큰이 나와도 옛 토큰은 제 만료 시각까지 쓸 수 있다.",
  "revokeP makes a token invalid (EGW00121) and the next tokenP issue a new one.":
    "revokeP는 토큰을 무효로 만들고(EGW00121), 다음 tokenP는 새 토큰을 발급한다.",
  "Token errors EGW00121, EGW00122 and EGW00123 come with HTTP 500, 401 or 200.":
    "토큰 오류 EGW00121, EGW00122, EGW00123은 HTTP 500, 401, 200 중 하나로 온다.",
  "A wrong key is EGW00103, a wrong secret EGW00105, on tokenP in the `error_code` shape.":
    "앱키가 틀리면 EGW00103, 시크릿이 틀리면 EGW00105다. tokenP에서는 `error_code` 꼴로 온다.",
  "Approval takes the secret as `secretkey` and answers a key of 36 characters, good for 24 hours.":
    "Approval은 시크릿을 `secretkey`로 받고, 24시간 쓸 수 있는 36자 키를 준다.",
  // Limits
  "Live 18/s, paper 1/s since 2026-04-20, new accounts 3/s in their first days.":
    "2026-04-20부터 실전은 초당 18건, 모의는 1건이고, 신규 계좌는 첫 며칠 동안 3건이다.",
  "Counted in a sliding second by arrival; refused calls take no place in it.":
    "도착 시각 기준 1초 슬라이딩 윈도로 센다. 거절된 호출은 세지 않는다.",
  "The refusal is `msg_cd` EGW00201 with HTTP 500 or 200, never 429.":
    "거절은 `msg_cd` EGW00201이며 HTTP 500이나 200으로 온다. 429는 아니다.",
  "tokenP, revokeP and Approval share one call a second of their own.":
    "tokenP, revokeP, Approval은 따로 초당 한 건을 함께 쓴다.",
  "The key is checked before the rate, the rate before the token.":
    "앱키를 먼저, 그다음 유량을, 그다음 토큰을 검사한다.",
  "A new key has 3/s for its first three days, then all of it.":
    "새 앱키는 첫 사흘간 초당 3건, 그 뒤로는 전부 쓸 수 있다.",
  "Whether a second slides or is the clock's own, and whether refused calls count, can be chosen.":
    "1초가 슬라이딩인지 시계의 초인지, 거절된 호출도 세는지는 옵션으로 고른다.",
  "Refused calls may count against the limit.": "거절된 호출도 유량에 셀 수 있다.",
  "Programs on one key share its limit.": "한 앱키를 쓰는 프로그램들은 유량을 나눠 쓴다.",
  "The limit may be spread over servers, so that a burst within it is refused.":
    "유량이 여러 서버에 나뉘어 있어, 한도 안에서 몰아 보내도 거절될 수 있다.",
  "EGW00215, the ledger's own limit a second, comes with HTTP 500 (fault `code`, `passing-error`).":
    "원장의 초당 한도인 EGW00215는 HTTP 500으로 온다(장애 `code`, `passing-error`).",
  "HTTP 429 was never recorded (fault `http-429`).": "HTTP 429는 기록된 적이 없다(장애 `http-429`).",
  // Requests
  "Every answer carries `x-hantoo-simulator: 1`, which KIS never sends: invented bars must not pass for real ones.":
    "모든 응답에 KIS는 보내지 않는 `x-hantoo-simulator: 1`이 붙는다. 지어낸 시세가 진짜로 둔갑하면 안 되기 때문이다.",
  "Every answer carries `Date`; a gateway in front may strip it.":
    "모든 응답에 `Date`가 있다. 앞단의 게이트웨이가 지울 수 있다.",
  "Query keys are taken in upper and lower case.": "쿼리 이름은 대문자도 소문자도 받는다.",
  "A missing query key is OPSQ2001, a blank one is not.":
    "쿼리 이름이 빠지면 OPSQ2001이다. 값이 빈 것은 괜찮다.",
  "A `tr_id` that does not fit the path is OPSQ0002 with HTTP 500.":
    "경로와 맞지 않는 `tr_id`는 HTTP 500에 OPSQ0002다.",
  "A live-only TR on paper is EGW02006 with HTTP 500.":
    "실전 전용 TR을 모의에서 부르면 HTTP 500에 EGW02006이다.",
  "OPSQ0003, OPSQ0008 to 0011, EGW00001, EGW00002 and IGW00007 pass by themselves (fault `passing-error`).":
    "OPSQ0003, OPSQ0008~0011, EGW00001, EGW00002, IGW00007은 저절로 지나간다(장애 `passing-error`).",
  "A body may lack its rows' container, or be no envelope of KIS's (faults `no-container`, `foreign-json`).":
    "본문에 행 배열이 없거나, KIS의 형식이 아닌 본문이 올 수 있다(장애 `no-container`, `foreign-json`).",
  "Arrays may hold an empty row (fault `filler-row`).":
    "배열에 빈 행이 끼어 있을 수 있다(장애 `filler-row`).",
  "Nothing found is no error: `rt_cd` 0 and an empty array.":
    "찾은 것이 없어도 오류가 아니다. `rt_cd` 0에 빈 배열이 온다.",
  "An unknown symbol has price 0 and no rows.": "없는 종목은 가격이 0이고 행이 없다.",
  "Two symbols with a separator are refused with `rt_cd` 2; two joined ones are cut to the first.":
    "종목 둘을 구분자로 이으면 `rt_cd` 2로 거절하고, 그냥 붙이면 첫 종목만 본다.",
  // Minute bars
  "A label is the START of its minute.": "시각은 그 분의 시작이다.",
  "The regular session has 380 labels and the closing auction's 15:30, at one price.":
    "정규장은 시각 380개에 종가 단일가 15:30이 더해진다. 15:30 봉은 가격이 하나다.",
  "`cntg_vol` is the minute's shares; `acml_tr_pbmn` the day's won to its end, so differences are turnovers.":
    "`cntg_vol`은 그 분의 주식 수, `acml_tr_pbmn`은 그 분 끝까지의 당일 누적 거래대금이다. 앞뒤의 차가 그 분의 거래대금이다.",
  "The sum of `cntg_vol` is a little below `acml_vol`: off-session trades before 09:00.":
    "`cntg_vol`의 합은 `acml_vol`보다 조금 작다. 09:00 전의 장외 체결 때문이다.",
  "These off-session shares are not in `acml_tr_pbmn`.":
    "이 장외 체결 주식은 `acml_tr_pbmn`에 들어 있지 않다.",
  "A trade may be booked up to 6 s after its minute.": "체결이 그 분이 끝나고 6초까지 늦게 잡힐 수 있다.",
  "Prices at half a tick occur since 2025-03-04.": "2025-03-04부터 반 호가 가격이 나온다.",
  "A minute may be corrected long after it was final.": "확정된 분이 한참 뒤에 정정될 수 있다.",
  "A traded row may be missing from KIS's record, in every answer or in one (fault `lost-row`).":
    "체결이 있던 행이 KIS 기록에서, 모든 응답에서든 한 응답에서든, 빠질 수 있다(장애 `lost-row`).",
  "0200 shows a lost row as an untraded minute.": "0200에서는 사라진 행이 체결 없는 분으로 보인다.",
  "A row's open may lie outside its own high and low, the day's first in three of four (fault `open-outside`).":
    "행의 시가가 그 행의 고가·저가 밖에 있을 수 있다. 넷 중 셋은 그날 첫 행이다(장애 `open-outside`).",
  "The high, low, close, volume and turnover of such a row are right; only its open is not that of the first trade.":
    "그때 고가, 저가, 종가, 거래량, 거래대금은 맞고 시가만 첫 체결이 아니다.",
  "`cntg_vol` may be the smallest int64: no data (fault `int64-min-row`).":
    "`cntg_vol`이 int64 최솟값일 수 있다. 데이터가 없다는 뜻이다(장애 `int64-min-row`).",
  "The closing print may be missing, or stand at 153200 and be given to whoever asks for 153000 (faults `closing-missing`, `closing-late`).":
    "종가 체결이 없거나, 153200에 있으면서 153000을 물은 쪽에 올 수 있다(장애 `closing-missing`, `closing-late`).",
  "A late closing print was gone 2 to 3 days later and back again after that (fault `closing-withdrawn`): here from 06:00 of the second trading day to 06:00 of the fifth.":
    "늦게 온 종가 체결이 2~3일 뒤에 사라졌다가 나중에 다시 나타났다(장애 `closing-withdrawn`). 시뮬레이터에서는 둘째 거래일 06:00부터 다섯째 거래일 06:00까지다.",
  "Volumes of past rows change on re-reads, prices never (fault `wandering-volume`): up to 349 shares between two minutes.":
    "지난 행을 다시 읽으면 거래량이 달라지고 가격은 그대로다(장애 `wandering-volume`). 두 분 사이에서 많게는 349주.",
  "These volumes change every other KST day, and each minute's turnover with them.":
    "거래량은 KST로 하루걸러 한 번 달라지고, 그 분의 거래대금도 함께 달라진다.",
  "Rows may end early, or be none beside totals that say a million shares (faults `cut-day`, `empty-day`).":
    "행이 일찍 끝나거나, 누계는 백만 주라는데 행이 하나도 없을 수 있다(장애 `cut-day`, `empty-day`).",
  // FHKST03010200
  "30 rows, one a minute, newest first, at or before the label asked for.":
    "1분에 한 행씩 30행, 최신순이다. 요청한 시각과 그 이전이 온다.",
  "In session the first row is the forming bar under the label asked for.":
    "장중에는 첫 행이 만들어지는 중인 봉이고, 요청한 시각을 달고 온다.",
  "The first row is the forming bar for labels further back, too.":
    "더 앞의 시각을 요청해도 첫 행은 만들어지는 중인 봉이다.",
  "Until the minute's first trade it repeats the last bar with trades, volume included.":
    "그 분의 첫 체결이 있기 전에는 체결이 있던 마지막 봉을 거래량까지 그대로 되풀이한다.",
  "From this minute to the label asked for stand rows of volume 0 at the current price.":
    "지금 분부터 요청한 시각까지는 현재가에 거래량 0인 행이 선다.",
  "The `acml_tr_pbmn` of these rows is the current total.": "그 행들의 `acml_tr_pbmn`은 지금까지의 누계다.",
  "A minute without trades is a flat row of volume 0; so are 15:20 to 15:29.":
    "체결이 없던 분은 거래량 0에 가격이 같은 행이다. 15:20–15:29도 그렇다.",
  "The 15:30 row has its value from the print, is 0 from 15:31:00, and settles later.":
    "15:30 행은 체결되면 값이 있다가, 15:31:00부터 0이 되고, 나중에 확정된다.",
  "The 15:30 row settles at 16:00.": "15:30 행은 16:00에 확정된다.",
  "Labels echo odd seconds.": "시각에 요청한 초가 그대로 딸려 온다.",
  "At UN a label at or before the first minute gives 30 rows of INT64_MIN with open, high and low 0.":
    "UN에서 첫 분이나 그 전을 요청하면 INT64_MIN에 시가·고가·저가가 0인 30행이 온다.",
  "The closing row's volume may be twice that of 0230 (fault `doubled-close`).":
    "마감 행의 거래량이 0230의 두 배일 수 있다(장애 `doubled-close`).",
  "Before the open come the rows of the day before under today's date.":
    "개장 전에는 전 거래일의 행이 오늘 날짜를 달고 온다.",
  "A page that passes the open runs on into the rows of the day before.":
    "개장 시각을 넘어가는 페이지는 전날 행까지 이어진다.",
  "On a closed day come the last session's rows under their own date.":
    "휴장일에는 마지막 장의 행이 제 날짜로 온다.",
  "In the after-market only labels of this minute and later echo the forming bar.":
    "애프터마켓에서는 지금 분 이후의 시각을 요청할 때만 만들어지는 중인 봉이 온다.",
  // FHKST03010230
  "120 rows, newest first; no row for a minute without trades, none for 15:20 to 15:29.":
    "120행, 최신순이다. 체결이 없던 분과 15:20–15:29는 행이 없다.",
  "Past the open it runs on into the business day before.": "개장 시각을 넘어가면 전 영업일로 이어진다.",
  "It reaches back 250 trading days; older days are empty without an error.":
    "250거래일 전까지 준다. 그보다 오래된 날은 오류 없이 비어 있다.",
  "Today's newest row is the forming minute; there are no rows of the future.":
    "당일의 첫 행은 만들어지는 중인 분이고, 미래의 행은 없다.",
  "`output1` is today's quote whatever the date asked for.": "`output1`은 어느 날짜를 물어도 오늘의 시세다.",
  "FID_FAKE_TICK_INCU_YN must be present.": "FID_FAKE_TICK_INCU_YN이 있어야 한다.",
  "A symbol that Nextrade does not trade has no rows at NX, and may have none at UN, without an error.":
    "넥스트레이드에서 거래되지 않는 종목은 NX에 행이 없고, UN에도 없을 수 있다. 오류는 아니다.",
  "Asked before 09:00 it answers the session before under its own date.":
    "09:00 전에 물으면 전 거래일이 제 날짜로 온다.",
  "Since 2026-09-14 J has rows of the after-market.": "2026-09-14부터 J에 애프터마켓 행이 있다.",
  "It may give the forming bar under the label asked for, as 0200 does.":
    "0200처럼 만들어지는 중인 봉이 요청한 시각을 달고 올 수 있다.",
  "FHKST03010230 is refused on paper.": "모의에서는 FHKST03010230을 거절한다.",
  // Daily bars and quotes
  "FHKST03010100 gives at most 100 rows; `output1` has 30 fields, one name with a space.":
    "FHKST03010100은 많아야 100행이다. `output1`은 30개 필드이고, 그중 하나는 이름에 공백이 있다.",
  "From about 05:00 to the open J's daily row of the day is a shell: the close before four times, volume 0.":
    "05:00쯤부터 개장까지 J의 당일 일봉은 빈 껍데기다. 전일 종가가 네 번, 거래량은 0이다.",
  "From 16:00 until the night's batch J's daily row takes in the after-market: close, high and low.":
    "16:00부터 야간 배치까지 J의 당일 일봉은 종가·고가·저가에 애프터마켓을 포함한다.",
  "The batch runs in the night before the next session, so the row stays wrong over a weekend and a holiday: here until 05:30 of the next trading day.":
    "배치는 다음 장 전날 밤에 돈다. 그래서 주말과 휴일에는 옛 값이 남는다. 시뮬레이터에서는 다음 거래일 05:30까지다.",
  "Volume and turnover keep the after-market for good.": "거래량과 거래대금에는 애프터마켓이 계속 포함된다.",
  "A day without trades is a row of open, high and low 0, the close before, volume 0 and `mod_yn` Y.":
    "체결이 없던 날은 시가·고가·저가 0, 전일 종가, 거래량 0, `mod_yn` Y인 행이다.",
  "A day of off-hours trades alone has open, high and low 0 beside a close, a volume and a turnover.":
    "장외 체결만 있던 날은 시가·고가·저가가 0이고 종가, 거래량, 거래대금은 있다.",
  "A day without trades at a venue is answered by the rows of the day before it, under their own date.":
    "그 거래소에서 체결이 없던 날을 물으면 그 전날의 행이 제 날짜로 온다.",
  "A window without rows, before a listing or after a delisting, has an `output1` of zeros that lacks three names.":
    "상장 전이나 상장폐지 뒤처럼 행이 없는 구간의 `output1`은 0뿐이고 세 필드가 없다.",
  "FID_ORG_ADJ_PRC 0 is adjusted, 1 is raw; adjusted prices are rounded to whole won.":
    "FID_ORG_ADJ_PRC 0이 수정주가, 1이 원주가다. 수정주가는 원 단위로 반올림한다.",
  "Adjusted rows count today's shares.": "수정된 행의 거래량은 지금 주식 수 기준이다.",
  "`prtt_rate` of an action's day is the change to the base price in per cent; bonus and rights have `flng_cls_code` 01, a reduction `revl_issu_reas` 02.":
    "권리 발생일의 `prtt_rate`는 기준가 변동률(%)이다. 무상·유상증자는 `flng_cls_code` 01, 감자는 `revl_issu_reas` 02다.",
  "Old minutes are rescaled by a corporate action, prices to whole won, on 0230 and 0200.":
    "기업 행위가 있으면 0230과 0200의 옛 분봉도 가격이 원 단위로 다시 환산된다.",
  "Volume and turnover of rescaled minutes stay.": "환산된 분의 거래량과 거래대금은 그대로다.",
  "On the first day after an action the base price, the master's too, is the close before times its factor, on a tick.":
    "기업 행위 뒤 첫날의 기준가는 종목 마스터에서도 전일 종가에 배수를 곱해 호가 단위에 맞춘 값이다.",
  "Daily rows of NX and UN are of all hours.": "NX와 UN의 일봉은 전 시간대를 담는다.",
  "Before the open totals and open, high and low are 0.": "개장 전에는 누계와 시가·고가·저가가 0이다.",
  "`acml_vol` takes in the after-market.": "`acml_vol`은 애프터마켓을 포함한다.",
  "`prdy_vrss` and `prdy_ctrt` carry their own sign.": "`prdy_vrss`와 `prdy_ctrt`에는 부호가 붙어 있다.",
  "52-week figures are of closing prices; company figures are constants.":
    "52주 값은 종가 기준이고, 기업 정보는 고정값이다.",
  "FHKST11300006 takes 30 symbols, on live alone.": "FHKST11300006은 30종목까지, 실전에서만 된다.",
  "FHKST01010300 and FHPST01060000 give 30 trades.": "FHKST01010300과 FHPST01060000은 체결 30건을 준다.",
  // Companies
  "The depository's calendars (ksdinfo, live only) list actions by day, for one symbol or with a blank one for the market.":
    "예탁원 일정(ksdinfo, 실전 전용)은 기업 행위를 날짜별로 준다. 한 종목, 또는 빈 값으로 시장 전체를 묻는다.",
  "A reduction's `reduce_cap_rate` is to be read with `comp_way`, 곱하기 or 나누기: a leading blank and two decimals, so that 0.00 occurs.":
    "감자의 `reduce_cap_rate`는 `comp_way`(곱하기, 나누기)와 함께 읽어야 한다. 앞에 공백이 있고 소수 둘째 자리까지라 0.00도 나온다.",
  "Dates are `YYYYMMDD` or `YYYY/MM/DD`, a halt is a span, and an event may be listed twice with another record date.":
    "날짜는 `YYYYMMDD`이거나 `YYYY/MM/DD`이고, 거래정지는 기간이며, 한 건이 다른 기준일로 두 번 나올 수 있다.",
  "merger-split, dividend and list-info have no rows.": "합병·분할, 배당, 상장 정보에는 행이 없다.",
  "FHKST01010900 gives 30 days of what persons, foreigners and institutions bought and sold; their nets add up to nothing.":
    "FHKST01010900은 개인, 외국인, 기관의 매매 30일치를 준다. 순매수의 합은 0이다.",
  "FHKST01010900 gives turnover in million won, and today's figures are blank until 15:40.":
    "FHKST01010900의 거래대금은 백만 원 단위이고, 당일 값은 15:40까지 비어 있다.",
  // chk-holiday
  "A row for each calendar day, about 24 a page, keys padded to 20, KIOK0500 and `tr_cont` M or F while there is more.":
    "달력의 하루가 한 행이고 한 페이지에 약 24행이다. 연속 키는 20자로 채워져 있고, 더 있으면 KIOK0500에 `tr_cont` M이나 F다.",
  "The list has no end: 12 pages of 24 rows to 2027-05-26 were read, and `tr_cont` was still M or F.":
    "목록에 끝이 없다. 24행씩 12페이지, 2027-05-26까지 읽었는데도 `tr_cont`가 M이나 F였다.",
  "Past the days the market's calendar knows it has every weekday open.":
    "시장의 달력이 아는 범위를 넘으면 평일은 모두 개장으로 나온다.",
  "A blank `sttl_day_yn` occurs.": "`sttl_day_yn`이 비어 있을 수 있다.",
  "`tr_day_yn` is Y on closed days, too.": "휴장일에도 `tr_day_yn`이 Y다.",
  "Days may be listed twice.": "같은 날이 두 번 나올 수 있다.",
  // Indices
  "FHKUP03500100 gives at most 50 rows, newest first, on live and paper, and none for a closed day.":
    "FHKUP03500100은 많아야 50행, 최신순이다. 실전과 모의 모두 되고 휴장일은 행이 없다.",
  "An index counts `acml_vol` in 1,000 shares and `acml_tr_pbmn` in million won.":
    "지수의 `acml_vol`은 천 주, `acml_tr_pbmn`은 백만 원 단위다.",
  "Codes are KIS's: 0001 KOSPI (named 종합), 1001 KOSDAQ, 2001 KOSPI200, 4001 KRX100.":
    "코드는 KIS의 것이다. 0001 코스피(이름은 ‘종합’), 1001 코스닥, 2001 KOSPI200, 4001 KRX100.",
  "FHKUP03500200 takes an interval in seconds for FID_INPUT_HOUR_1, gives at most 102 rows, pages nowhere, and is live only.":
    "FHKUP03500200은 FID_INPUT_HOUR_1에 간격(초)을 받고 많아야 102행을 준다. 페이지가 없고 실전 전용이다.",
  "FHKUP03500200 has rows labelled 888888 and 999999 that sum up the session; without after-hours (FID_ETC_CLS_CODE 1) they are not there.":
    "FHKUP03500200에서 시각이 888888, 999999인 행은 장의 합계다. 시간외를 빼면(FID_ETC_CLS_CODE 1) 없다.",
  "The labels of FHKUP03500200 are starts of minutes, as a stock's are.":
    "FHKUP03500200의 시각은 종목과 마찬가지로 그 분의 시작이다.",
  "An index has a row for each minute of the session, and its closing row is labelled 15:30, without after-hours too.":
    "지수는 장중 매 분 행이 있고, 시간외를 빼도 종가 행의 시각은 15:30이다.",
  "FHPUP02120000 gives at most 100 bars at or before a day, live only.":
    "FHPUP02120000은 어느 날과 그 이전의 봉을 100개까지 준다. 실전 전용이다.",
  "Today's row stands from 09:00 on; an unknown index has a blank name and no rows.":
    "당일 행은 09:00부터 있다. 없는 지수는 이름이 비고 행이 없다.",
  // Sessions
  "After-market 16:00 to 20:00 since 2026-09-14 for stocks; not for ETF, ETN and KONEX.":
    "주식의 애프터마켓은 2026-09-14부터 16:00–20:00이다. ETF, ETN, 코넥스는 없다.",
  "Exam days and first sessions of a year are shifted; nothing in an answer says so.":
    "수능일과 새해 첫 거래일은 시각이 밀린다. 응답에는 아무 표시가 없다.",
  "UN is both venues' trades in order of time; the 15:30 bar is the exchange's.":
    "UN은 두 거래소의 체결을 시간순으로 합친 것이고, 15:30 봉은 한국거래소의 것이다.",
  "The after-market of J ends with a bar labelled 200000, its close print, that no list of trades has; Nextrade's ends at 19:59.":
    "J의 애프터마켓은 시각 200000인 마감 체결 봉으로 끝나며 체결 목록에는 없다. 넥스트레이드는 19:59에 끝난다.",
  "A temporary holiday or hours that a client's calendar does not know: the market's own calendar is what KIS goes by.":
    "클라이언트 달력이 모르는 임시 휴장이나 특별 시간이 있다. KIS는 시장의 달력을 따른다.",
  // Master files
  "A split announces itself on its day by base price, par value and listed shares, and a code: par value changed 01 split, 02 reverse; ex-rights 01.":
    "액면분할은 당일의 기준가, 액면가, 상장주식 수와 코드로 드러난다. 액면 변경은 분할 01, 병합 02이고, 권리락은 01이다.",
  "A symbol halted for an action has base price 0.": "기업 행위로 정지된 종목은 기준가가 0이다.",
  "One deflated entry, extra fields UT and ux of 28 and 24 bytes, DOS time in KST.":
    "deflate 항목 하나에, 28바이트와 24바이트짜리 추가 필드 UT와 ux가 있고, DOS 시각은 KST다.",
  "Rewritten at 06:00, 07:35 and 08:45 on trading days, at 06:00 on others.":
    "거래일에는 06:00, 07:35, 08:45에, 다른 날에는 06:00에 새로 쓴다.",
  "The host answers If-Modified-Since with 304, and 404 for what it does not have.":
    "If-Modified-Since에는 304로, 없는 것에는 404로 답한다.",
  // WebSocket
  "H0STCNT0 has 47 fields since 2026-09-14, 46 before.":
    "H0STCNT0은 2026-09-14부터 47개 필드, 그 전에는 46개다.",
  "H0STASP0 has 63 fields, H0STANC0 45 and a blank one at the end.":
    "H0STASP0은 63개, H0STANC0은 45개 필드에 끝에 빈 것이 하나 더 있다.",
  "41 registrations a session, all streams together; the next one is told OPSP0008.":
    "세션 하나에 모든 스트림을 합쳐 41건까지 등록한다. 그다음은 OPSP0008로 거절한다.",
  "A session may take fewer registrations than that.": "그보다 적게 받는 세션도 있을 수 있다.",
  'One session a key: the second one\'s registration is answered OPSP8996 under the TR id "(null)".':
    '앱키당 세션은 하나다. 둘째 세션의 등록에는 TR ID "(null)"로 OPSP8996이 온다.',
  "The second session is the one that is closed.": "닫히는 쪽은 둘째 세션이다.",
  "After a session that died without a close frame the key's slot stays taken for a while.":
    "close 프레임 없이 죽은 세션의 자리는 한동안 비지 않는다.",
  "The slot stays taken for a minute.": "자리는 1분 동안 비지 않는다.",
  "A registration under an approval key that is not good is told OPSP0011, and the session stays.":
    "쓸 수 없는 접속키로 등록하면 OPSP0011이 오고 세션은 남는다.",
  "A registration twice is OPSP0002, the end of one that is not there OPSP0003.":
    "두 번 등록하면 OPSP0002, 없는 등록을 해제하면 OPSP0003이다.",
  "Each success brings `iv` and `key`, for plain streams as well.":
    "암호화하지 않는 스트림이라도 등록이 성공할 때마다 `iv`와 `key`가 온다.",
  "A frame holds several records of one stream, and says how many.":
    "프레임 하나에 한 스트림의 레코드가 여러 개 들어 있고, 몇 개인지 적혀 있다.",
  "The records of a frame may be of several symbols.": "그 레코드들은 여러 종목의 것일 수 있다.",
  "ACML_VOL and ACML_TR_PBMN include the record itself: each loss can be proved.":
    "ACML_VOL과 ACML_TR_PBMN은 그 레코드까지 포함한다. 그래서 빠진 것을 모두 증명할 수 있다.",
  "ACML_VOL begins with the off-session shares of REST's day total.":
    "ACML_VOL은 REST의 당일 누계에 들어 있는 장외 주식 수부터 시작한다.",
  "The prints of the auctions have no side: bought and sold shares stay below the total.":
    "단일가 체결에는 매수·매도 구분이 없어, 매수와 매도를 더해도 합계에 못 미친다.",
  "The CCLD_DVSN of these prints is 3.": "그 체결의 CCLD_DVSN은 3이다.",
  "The closing auction is one record, 3 to 30 s after 15:30.":
    "종가 단일가는 레코드 하나로, 15:30이 지나고 3~30초 뒤에 온다.",
  "SHNU_RATE is a fraction.": "SHNU_RATE는 비율(0~1)이다.",
  "H0STCNT0 goes on in the after-market, with market class 3.":
    "H0STCNT0은 애프터마켓에도 이어지며 시장 구분이 3이다.",
  "H0UNCNT0 and H0NXCNT0 acknowledge what Nextrade does not trade, and send nothing.":
    "H0UNCNT0과 H0NXCNT0은 넥스트레이드에서 거래되지 않는 종목도 등록을 받아 주고 아무것도 보내지 않는다.",
  "Text may be no valid UTF-8: a letter cut in half.":
    "글자가 반으로 잘려 UTF-8로 올바르지 않은 텍스트가 올 수 있다.",
  "Records may be lost, come twice, or after their successor.":
    "레코드가 빠지거나, 두 번 오거나, 다음 것보다 늦게 올 수 있다.",
  "Sessions end by 1006, 1007 and 1009, or go silent without an end.":
    "세션은 1006, 1007, 1009로 끝나거나, 끝나지 않은 채 조용해진다.",
  "A session may acknowledge everything and deliver nothing.":
    "등록은 모두 받아 주고 아무것도 보내지 않는 세션이 있을 수 있다.",
  "PINGPONG comes each 11 to 14 s.": "PINGPONG은 11~14초마다 온다.",
  "A busy session is sent no PINGPONG.": "바쁜 세션에는 PINGPONG이 오지 않는다.",
  "A PINGPONG unanswered for 100 s ends the session.": "PINGPONG에 100초 동안 답하지 않으면 세션이 끝난다.",
  "The text sent back answers it, and so does a pong frame.":
    "받은 텍스트를 그대로 돌려보내도, pong 프레임을 보내도 답이 된다.",
  "On Friday evening the server restarts and cuts every session.":
    "금요일 저녁에 서버가 재시작하며 모든 세션을 끊는다.",
  "An unknown TR is OPSP8991, an unknown `tr_type` OPSP8993.":
    "모르는 TR은 OPSP8991, 모르는 `tr_type`은 OPSP8993이다.",
  "H0UPCNT0 gives an index's level and day's totals every ten seconds of the session, in 1,000 shares and million KRW.":
    "H0UPCNT0은 장중 10초마다 지수와 당일 누계를 천 주, 백만 원 단위로 준다.",
  "H0STMKO0 gives each symbol the market's phases (112, 121, 129) with ten fields, and whether it is halted.":
    "H0STMKO0은 종목마다 장 단계(112, 121, 129)와 거래정지 여부를 열 개 필드로 준다.",
};

import {
  type Closure,
  ConfigError,
  type Session,
  type TradingDay,
  addDays,
  checkDay,
  krx,
  kstDay,
} from "hantoo";
import { type MarketValues, type RangeValues, dateOption, marketOptions } from "../setup/index.js";
import { type CliCommand, EXIT, type Say, clockSpan, clockTime, defineCommand } from "../shell/index.js";

type Values = RangeValues & MarketValues;

/** Calendar days shown after the first, without --to. */
const DAYS = 14;

/** One day of the `--json` answer. */
interface CalendarDay {
  readonly day: TradingDay;
  readonly isTradingDay: boolean;
  /** Absent on a closed day. */
  readonly session?: Session;
  /** Why it is closed, where that has a name; weekends have none. */
  readonly closure?: Closure;
}

/** `hantoo calendar`: when KRX and NXT trade. Pure: nothing is read or asked. */
export const calendar: CliCommand = defineCommand<Values>({
  name: "calendar",
  about: (say) => say("trading days, hours and closures", "거래일, 거래시간, 휴장일"),
  configure(command, say) {
    command
      .option("--from <day>", say("first day, KST (default: today)", "첫날(KST, 기본값: 오늘)"), (text) =>
        checkDay(text, "--from"),
      )
      .option(
        "--to <day>",
        say(`last day, KST (default: ${DAYS} days on)`, `마지막 날(KST, 기본값: ${DAYS}일 뒤)`),
        (text) => checkDay(text, "--to"),
      );
    dateOption(command, say, say("that day alone", "그 하루만"));
    marketOptions(command, say);
  },
  async run(shell, values) {
    const { venue, hours, date } = values;
    if (date !== undefined && (values.from ?? values.to) !== undefined)
      throw new ConfigError("--date", "given without --from and --to", date);
    const from = date ?? values.from ?? kstDay(shell.io.clock.now());
    const to = date ?? values.to ?? lastShown(from);
    if (to < from) throw new ConfigError("--to", `a day not before --from (${from})`, to);
    const days: CalendarDay[] = [];
    for (let day = from; day <= to; day = addDays(day, 1)) {
      const session = krx.session(day, { venue, hours });
      const closure = krx.closure(day);
      days.push({
        day,
        isTradingDay: krx.isTradingDay(day),
        ...(session === undefined ? {} : { session }),
        ...(closure === undefined ? {} : { closure }),
      });
    }
    shell.answer({ venue, hours, confirmedThrough: krx.confirmedThrough, days });
    for (const day of days) shell.print(line(day, shell.say));
    if (to > krx.confirmedThrough) {
      shell.note(
        shell.say(
          `After ${krx.confirmedThrough} the calendar follows law and precedent; KRX has not announced those days yet.`,
          `${krx.confirmedThrough} 뒤는 법령과 관례에 따른 것으로, 아직 한국거래소 공지가 아닙니다.`,
        ),
      );
    }
    return EXIT.whole;
  },
});

/** Nobody asked for a day beyond the calendar. */
function lastShown(from: TradingDay): TradingDay {
  if (from > krx.coveredThrough) return from;
  const day = addDays(from, DAYS);
  return day < krx.coveredThrough ? day : krx.coveredThrough;
}

function line({ day, session, closure }: CalendarDay, say: Say): string {
  if (session === undefined) {
    const why = closure === undefined ? say("weekend", "주말") : say(closure.nameEn, closure.nameKo);
    return `${day}  ${say("closed", "휴장")}  ${why}`;
  }
  const windows = session.windows.map(({ kind, from, to }) => `${kind} ${clockSpan(from, to)}`).join(", ");
  return `${day}  ${clockTime(session.open)}-${clockTime(session.close)}  ${windows}`;
}

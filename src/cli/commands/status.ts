import { type LoggerStatus, readStatus } from "hantoo";
import {
  type MarketValues,
  type SymbolValues,
  chooseStored,
  marketOptions,
  notePlaceOfSimulated,
  openStore,
  symbolOptions,
} from "../setup/index.js";
import {
  type CliCommand,
  EXIT,
  type Shell,
  clockTime,
  count,
  defineCommand,
  formatSpan,
  percent,
  stamp,
} from "../shell/index.js";
import { translateProblems } from "../watch/index.js";

type Values = SymbolValues & MarketValues;

/** `hantoo status`: where a store stands. It asks KIS nothing and writes nothing. */
export const status: CliCommand = defineCommand<Values>({
  name: "status",
  about: (say) =>
    say(
      "how far the latest session is stored, and whether it is late; asks KIS nothing",
      "최근 장이 어디까지 저장되었는지, 늦지 않았는지. KIS에 묻지 않음",
    ),
  configure(command, say) {
    symbolOptions(command, say);
    marketOptions(command, say);
  },
  async run(shell, values) {
    const { say, io } = shell;
    const { venue, hours } = values;
    const { store, where } = openStore(shell);
    const symbols = (await chooseStored(shell, values, store))?.map(({ symbol }) => symbol);
    const read = await readStatus({
      store,
      venue,
      hours,
      clock: io.clock,
      signal: io.signal,
      logger: shell.logger,
      ...(symbols === undefined ? {} : { symbols }),
    });
    const found = translateProblems(say, read);
    shell.answer(found);
    printStatus(shell, found, where);
    if (found.stock_count === 0) {
      shell.note(
        say(
          "Nothing is stored there of this session or the one before. Run `hantoo follow` to collect.",
          "이번 장과 직전 장에 저장된 것이 없습니다. `hantoo follow`로 수집을 시작하세요.",
        ),
      );
      await notePlaceOfSimulated(shell);
    }
    for (const { text } of found.problems) shell.note(`  ${text}`);
    return found.problems.length === 0 && found.stock_count > 0 ? EXIT.whole : EXIT.degraded;
  },
});

function printStatus(shell: Shell, found: LoggerStatus, where: string): void {
  const { say } = shell;
  const { venue, tradingDay, nextSession } = found;
  const open = found.isOpen ? say("session open", "장중") : say("session closed", "장 마감");
  shell.print(
    say(
      `${tradingDay} ${venue}, ${open}, ${found.stock_count} symbols, in ${where}`,
      `${tradingDay} ${venue}, ${open}, ${found.stock_count}종목, 저장소 ${where}`,
    ),
  );
  // Without symbols, 0 of 0 would read as if all were well.
  if (found.stock_count > 0) printStored(shell, found);
  if (nextSession !== null)
    shell.print(
      say(`  next session ${stamp(nextSession.open)} KST`, `  다음 장 ${stamp(nextSession.open)} KST`),
    );
}

function printStored(shell: Shell, found: LoggerStatus): void {
  const { say } = shell;
  const { lag } = found;
  const [first, last] = [clockTime(found.first_time ?? undefined), clockTime(found.last_time ?? undefined)];
  shell.print(
    say(
      `  ${count(found.today_total)} of ${count(found.expected_total)} minutes stored, ${percent(found.dueRate)} of what has ended, ${first} - ${last}`,
      `  ${count(found.expected_total)}분 중 ${count(found.today_total)}분 저장, 지난 분의 ${percent(found.dueRate)}, ${first} - ${last}`,
    ),
  );
  shell.print(
    say(
      `  ${lag.ms === 0 ? "not behind" : `${formatSpan(lag.ms)} behind`}, ${lag.behind} symbols late`,
      `  ${lag.ms === 0 ? "뒤처지지 않음" : `${formatSpan(lag.ms)} 뒤처짐`}, 늦은 종목 ${lag.behind}개`,
    ),
  );
}

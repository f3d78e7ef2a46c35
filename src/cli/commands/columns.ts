import { buildColumns } from "hantoo";
import {
  type MarketValues,
  type RangeValues,
  openStore,
  rangeOf,
  rangeOptions,
  venueOption,
} from "../setup/index.js";
import { type CliCommand, EXIT, count, defineCommand } from "../shell/index.js";

type Values = RangeValues & Pick<MarketValues, "venue">;

/** Trading days if none of the options says how many. */
const DEFAULT_DAYS = 20;

/** `hantoo columns`: the Parquet columns of days that have none, or are no longer in step. */
export const columns: CliCommand = defineCommand<Values>({
  name: "columns",
  about: (say) =>
    say("build the Parquet columns of days that have none", "Parquet 컬럼이 없는 날의 컬럼 생성"),
  configure(command, say) {
    rangeOptions(command, say, DEFAULT_DAYS);
    venueOption(command, say);
  },
  async run(shell, values) {
    const { say, io } = shell;
    const { from, to } = rangeOf(values, shell, DEFAULT_DAYS);
    const { store, where } = openStore(shell);
    const report = await buildColumns({
      store,
      venue: values.venue,
      from,
      to,
      logger: shell.logger,
      signal: io.signal,
    });
    shell.answer(report);
    for (const { tradingDay, outcome, rows, bytes, reason } of report.days) {
      if (outcome === "built")
        shell.print(
          say(
            `${tradingDay}: ${count(rows)} minutes, ${count(bytes)} bytes`,
            `${tradingDay}: ${count(rows)}분, ${count(bytes)}바이트`,
          ),
        );
      if (outcome === "refused")
        shell.note(say(`${tradingDay}: refused, ${reason}`, `${tradingDay}: 만들지 못함, ${reason}`));
    }
    const of = (outcome: string): number => report.days.filter((day) => day.outcome === outcome).length;
    shell.print(
      say(
        `${of("built")} days built, ${of("in-step")} in step, ${of("empty")} empty, in ${where}`,
        `${where}: ${of("built")}일 생성, ${of("in-step")}일 이미 일치, ${of("empty")}일 비어 있음`,
      ),
    );
    return of("refused") > 0 ? EXIT.degraded : EXIT.whole;
  },
});

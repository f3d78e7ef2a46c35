import { type CompactReport, compact as compactDay, krx } from "hantoo";
import {
  type MarketValues,
  type RangeValues,
  openStore,
  rangeOf,
  rangeOptions,
  venueOption,
} from "../setup/index.js";
import { type CliCommand, EXIT, count, defineCommand } from "../shell/index.js";

interface Values extends RangeValues, Pick<MarketValues, "venue"> {
  readonly deleteSources?: boolean;
}

/** Trading days if none of the options says how many. */
const DEFAULT_DAYS = 20;

/** `hantoo compact`: one object a day. */
export const compact: CliCommand = defineCommand<Values>({
  name: "compact",
  about: (say) => say("merge each day's objects into one", "하루의 객체를 하나로 합침"),
  configure(command, say) {
    rangeOptions(command, say, DEFAULT_DAYS);
    venueOption(command, say);
    command.option(
      "--delete-sources",
      say(
        "delete the merged objects, once the new one is proved to hold all of them",
        "합친 객체를 검증한 뒤 원래 객체 삭제",
      ),
    );
  },
  async run(shell, values) {
    const { say, io } = shell;
    const { from, to } = rangeOf(values, shell, DEFAULT_DAYS);
    const { store, where } = openStore(shell);
    const reports: CompactReport[] = [];
    const progress = shell.progress();
    const days = krx.tradingDays(from, to);
    try {
      for (const tradingDay of days) {
        const report = await compactDay({
          store,
          venue: values.venue,
          tradingDay,
          deleteSources: values.deleteSources === true,
          logger: shell.logger,
          signal: io.signal,
        });
        reports.push(report);
        progress.show(reports.length, days.length, say("days", "일"));
      }
    } finally {
      progress.end();
    }
    shell.answer(reports);
    for (const { tradingDay, outcome, object, sources, deleted, damaged } of reports) {
      if (outcome === "compacted" && object !== undefined) {
        shell.print(
          say(
            `${tradingDay}: ${sources.length} objects in ${object.key} (${count(object.bytes)} bytes), ${deleted.length} deleted`,
            `${tradingDay}: 객체 ${sources.length}개를 ${object.key}에 합침(${count(object.bytes)}바이트), ${deleted.length}개 삭제`,
          ),
        );
      }
      if (outcome === "refused") {
        const keys = damaged.map(({ key }) => key).join(", ");
        shell.note(
          say(
            `${tradingDay}: refused, damaged: ${keys}. \`hantoo heal\` fetches what is missing.`,
            `${tradingDay}: 손상된 객체 때문에 중단: ${keys}. \`hantoo heal\`이 빠진 것을 다시 받습니다.`,
          ),
        );
      }
    }
    const changed = reports.filter(({ outcome }) => outcome === "compacted").length;
    shell.print(
      say(
        `${changed} of ${days.length} days compacted in ${where}`,
        `${where}: ${days.length}일 중 ${changed}일 합침`,
      ),
    );
    return reports.some(({ outcome }) => outcome === "refused") ? EXIT.degraded : EXIT.whole;
  },
});

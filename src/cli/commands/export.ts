import { type ExportParquetOptions, FileStore, exportParquet } from "hantoo";
import {
  type MarketValues,
  type RangeValues,
  type SymbolValues,
  chooseStored,
  marketOptions,
  notePlaceOfSimulated,
  openStore,
  checkWritable,
  rangeOf,
  rangeOptions,
  symbolOptions,
} from "../setup/index.js";
import { type CliCommand, EXIT, count, defineCommand, oneOf } from "../shell/index.js";

interface Values extends SymbolValues, MarketValues, RangeValues {
  readonly out: string;
  readonly by: "day" | "symbol";
  readonly untraded: "flat" | "skip";
}

/** Trading days if none of the options says how many. */
const DEFAULT_DAYS = 20;

/** `hantoo export`: stored bars as Parquet files in a folder. It asks KIS nothing and leaves the store as it is. */
export const exportBars: CliCommand = defineCommand<Values>({
  name: "export",
  about: (say) => say("write stored bars as Parquet files", "저장된 분봉을 Parquet 파일로 내보내기"),
  configure(command, say) {
    command.requiredOption("--out <folder>", say("where the files go", "파일을 쓸 폴더"));
    symbolOptions(command, say);
    rangeOptions(command, say, DEFAULT_DAYS);
    marketOptions(command, say);
    command
      .option(
        "--by <what>",
        say("a file a day, or a file a symbol", "하루에 파일 하나(day) 또는 종목에 파일 하나(symbol)"),
        oneOf("--by", ["day", "symbol"]),
        "day",
      )
      .option(
        "--untraded <how>",
        say("minutes without trades: flat, or skip", "체결 없는 분: flat(직전가) 또는 skip(생략)"),
        oneOf("--untraded", ["flat", "skip"]),
        "flat",
      );
  },
  async run(shell, values) {
    const { say, io } = shell;
    const { from, to } = rangeOf(values, shell, DEFAULT_DAYS);
    const { store } = openStore(shell);
    const symbols = (await chooseStored(shell, values, store))?.map(({ symbol }) => symbol);
    const out = new FileStore(shell.path(values.out));
    await checkWritable(out, "--out", values.out);
    const options: ExportParquetOptions = {
      store,
      out,
      from,
      to,
      by: values.by,
      venue: values.venue,
      hours: values.hours,
      untraded: values.untraded,
      signal: io.signal,
      logger: shell.logger,
      ...(symbols === undefined ? {} : { symbols }),
      onProgress: ({ key, rows, bytes }) =>
        shell.print(
          say(
            `${values.out}/${key}: ${count(rows)} bars, ${count(bytes)} bytes`,
            `${values.out}/${key}: 봉 ${count(rows)}개, ${count(bytes)}바이트`,
          ),
        ),
    };
    const report = await exportParquet(options);
    shell.answer(report);
    if (report.files.length === 0) {
      shell.note(say("Nothing is stored for these days.", "이 기간에 저장된 것이 없습니다."));
      await notePlaceOfSimulated(shell);
    }
    for (const { key, reason } of report.damaged)
      shell.note(say(`  damaged ${key}: ${reason}`, `  손상 ${key}: ${reason}`));
    return report.files.length > 0 && report.damaged.length === 0 ? EXIT.whole : EXIT.degraded;
  },
});

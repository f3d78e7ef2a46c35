import { join } from "node:path";
import { ConfigError, FileStore } from "hantoo";
import { checkWritable, connect, graceAfter, openStore } from "../setup/index.js";
import { type CliCommand, EXIT, type Shell, defineCommand, whole } from "../shell/index.js";
import { formatFinding } from "./finding.js";
import { countFound, formatReport } from "./format-report.js";
import { type DoctorReport, runDoctor } from "./run-doctor.js";

interface Values {
  readonly probe?: boolean;
  readonly out?: string;
  readonly maxCalls?: number;
}

const DEFAULT_OUT = "hantoo-probe";
/** The folder in it that `replay` of hantoo/testing serves. */
const RECORDING = "recording";

/** `hantoo doctor`: checks that what hantoo relies on is as it assumes. */
export const doctor: CliCommand = defineCommand<Values>({
  name: "doctor",
  about: (say) =>
    say(
      "check key, token, clock, pace, calendar, masters and store",
      "앱키, 토큰, 시계, 호출 속도, 휴장일, 종목 마스터, 저장소 점검",
    ),
  configure(command, say) {
    command
      .option(
        "--probe",
        say(
          "also try the behaviours of KIS that are only assumed, by calls that only read; writes a report and a recording",
          "추정만 하던 KIS의 동작도 조회 호출로 하나씩 확인하고 보고서와 녹화를 남김",
        ),
      )
      .option(
        "--out <dir>",
        say(
          `where --probe writes (default: ./${DEFAULT_OUT})`,
          `--probe 결과 폴더 (기본값: ./${DEFAULT_OUT})`,
        ),
      )
      .option(
        "--max-calls <n>",
        say(
          "calls of the whole run (default: 40, with --probe 160)",
          "최대 호출 수 (기본값: 40, --probe는 160)",
        ),
        whole("--max-calls"),
      );
  },
  async run(shell, values) {
    const { io } = shell;
    if (values.out !== undefined && values.probe !== true)
      throw new ConfigError("--out", "given with --probe, which writes there", values.out);
    const named = values.out ?? DEFAULT_OUT;
    const dir = shell.path(named);
    if (values.probe === true) await checkWritable(new FileStore(dir), "--out", named);
    // The test of the store deletes what it wrote, also once stopped.
    const grace = graceAfter(io.signal, io.clock);
    const { store } = openStore(shell, grace.signal);
    const report = await runDoctor({
      connect: (fetch) => connect(shell, { fetch }),
      fetch: io.fetch,
      store,
      maxCalls: values.maxCalls,
      ...(values.probe === true ? { probe: true, recordTo: join(dir, RECORDING) } : {}),
      logger: shell.logger,
      signal: io.signal,
      onFinding: (finding) => shell.print(formatFinding(finding, shell.say)),
    }).finally(() => grace.end());
    if (values.probe === true) await write(shell, report, dir);
    shell.answer(report);
    return report.ok && report.isRecorded !== false ? EXIT.whole : EXIT.degraded;
  },
});

/** Writes the report as text and as JSON beside the recording. */
async function write(shell: Shell, report: DoctorReport, dir: string): Promise<void> {
  const { BEHAVIOURS } = await import("hantoo/testing");
  const { text, json } = formatReport(report, BEHAVIOURS);
  // The store makes the folder, which does not exist where no answer was recorded.
  const folder = new FileStore(dir);
  await folder.put("report.txt", new TextEncoder().encode(text));
  await folder.put("report.json", new TextEncoder().encode(json));
  const counts = countFound(report.behaviours);
  shell.note(
    shell.say(
      `${counts["as assumed"]} as assumed, ${counts.differs} differ, ${counts["not seen"]} not seen, in ${report.calls} calls. Written to ${dir}: report.txt, report.json, and ${RECORDING}/ for replay() of hantoo/testing. No key, token or account number is in them; the answers are KIS's data.`,
      `추정대로 ${counts["as assumed"]}개, 다름 ${counts.differs}개, 확인 못 함 ${counts["not seen"]}개, 호출 ${report.calls}회. ${dir}에 report.txt, report.json과 hantoo/testing의 replay()용 ${RECORDING}/을 저장했습니다. 앱키, 토큰, 계좌번호는 들어 있지 않으며 응답 내용은 KIS의 데이터입니다.`,
    ),
  );
}

import type { Command } from "commander";
import { graceAfter, openStore } from "../setup/index.js";
import { Interrupted, type Say, type Shell, messageOf } from "../shell/index.js";
import { createAlarmMemory } from "./alarm-memory.js";
import { Alarm, type Trouble, alarmAddress } from "./alarm.js";

/** Values of {@link alarmOptions}. */
export interface AlarmValues {
  readonly ping?: URL;
  readonly notify?: URL;
}

/** Called after each pass with what is wrong; with an empty list at success. */
export type Tell = (troubles: readonly Trouble[]) => void;

/** Adds `--ping` and `--notify`. */
export function alarmOptions(command: Command, say: Say): void {
  command
    .option(
      "--ping <url>",
      say(
        "GET this address at success, /fail behind it at failure (healthchecks.io)",
        "성공하면 이 주소를, 실패하면 뒤에 /fail을 붙여 GET 호출(healthchecks.io)",
      ),
      (text) => alarmAddress(text, "--ping"),
    )
    .option(
      "--notify <url>",
      say(
        "POST { text } there when something is degraded, and when it is whole again (Slack)",
        "이상이 생기면, 그리고 정상으로 돌아오면 { text }를 POST(Slack)",
      ),
      (text) => alarmAddress(text, "--notify"),
    );
}

/**
 * Runs a command's work and reports to the monitors of `--ping` and `--notify`: what `work` tells, and what it throws.
 *
 * @param name - the command and its venue, such as `"log KRX"`: what was reported is remembered by it.
 */
export async function withAlarm<T>(
  shell: Shell,
  { ping, notify }: AlarmValues,
  name: string,
  work: (tell: Tell) => Promise<T>,
): Promise<T> {
  if (ping === undefined && notify === undefined) return work(() => undefined);
  const { io, say } = shell;
  // What it tells of a run that was stopped is noted as well.
  const grace = graceAfter(io.signal, io.clock);
  const { store } = openStore(shell, grace.signal);
  const alarm = new Alarm({
    ...(ping === undefined ? {} : { ping }),
    ...(notify === undefined ? {} : { notify }),
    fetch: io.fetch ?? globalThis.fetch,
    clock: io.clock,
    logger: shell.logger,
    memory:
      notify === undefined
        ? { read: async () => [], write: async () => undefined }
        : createAlarmMemory(store, name.replaceAll(" ", "-"), notify),
    signal: io.signal,
    degraded: say(`hantoo ${name} is degraded:`, `hantoo ${name} 이상:`),
    whole: say(`hantoo ${name} is whole again.`, `hantoo ${name} 정상으로 돌아왔습니다.`),
  });
  try {
    return await work((troubles) => alarm.tell(troubles));
  } catch (error) {
    // A command that the user stopped has neither succeeded nor failed.
    if (!io.signal.aborted && !(error instanceof Interrupted))
      alarm.tell([{ kind: "ended", text: messageOf(error) }]);
    throw error;
  } finally {
    await alarm.close();
    grace.end();
  }
}

export { Alarm, type Trouble, alarmAddress } from "./alarm.js";
export { createAlarmMemory } from "./alarm-memory.js";
export { type AlarmValues, type Tell, alarmOptions, withAlarm } from "./with-alarm.js";
export { type ServeValues, serveOption, joinStatus, withStatusServer } from "./with-status-server.js";
export { type StatusServer, startStatusServer } from "./status-server.js";
export { serveAddress } from "./serve-address.js";
export { dailyTroubles, healTroubles, passTroubles } from "./troubles.js";
export { translateProblems } from "./translate-problems.js";

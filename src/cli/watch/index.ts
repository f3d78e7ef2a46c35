export { Alarm, type Trouble, alarmAddress } from "./alarm.js";
export { createAlarmMemory } from "./alarm-memory.js";
export { type AlarmValues, type Tell, alarmOptions, alarmed } from "./alarmed.js";
export { type ServeValues, serveOption, joinedStatus, served } from "./served.js";
export { type Door, openDoor } from "./door.js";
export { serveAddress } from "./serve-address.js";
export { dailyTroubles, healTroubles, passTroubles } from "./troubles.js";
export { toldIn } from "./told-problems.js";

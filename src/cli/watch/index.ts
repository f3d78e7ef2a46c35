export { Alarm, type Trouble, alarmAddress } from "./alarm.js";
export { createAlarmMemory } from "./alarm-memory.js";
export { type AlarmValues, alarmOptions, alarmed } from "./alarmed.js";
export { type Door, openDoor } from "./door.js";
export { type ServeAddress, serveAddress } from "./serve-address.js";

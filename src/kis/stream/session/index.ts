export { Approval } from "./approval.js";
export { Connection, type ConnectionEnd } from "./connection.js";
export { MuteWatch } from "./mute-session.js";
export { SurpriseLog } from "./surprise-log.js";

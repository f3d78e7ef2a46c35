export { checkMinuteRequest } from "./minute-request.js";
export { type MinutePorts, readMinutes } from "./read-minutes.js";
export { SharesBook } from "./shares-so-far.js";

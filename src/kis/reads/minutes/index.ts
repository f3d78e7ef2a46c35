export { fetchMinutes } from "./minute-fetch.js";
export { checkMinuteRequest } from "./minute-request.js";

export { MinuteReader } from "./minute-reader.js";

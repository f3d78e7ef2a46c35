export { coveragePage } from "./coverage-page.js";

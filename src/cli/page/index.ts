export { type CoveragePage, coveragePage } from "./coverage-page.js";

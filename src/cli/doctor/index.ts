export { type DoctorReport, runDoctor } from "./run-doctor.js";
export { type Finding, type Found, formatFinding } from "./finding.js";
export { doctor } from "./command.js";

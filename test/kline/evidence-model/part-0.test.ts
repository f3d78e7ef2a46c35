import { testSchedules } from "./schedules.js";

testSchedules(0);

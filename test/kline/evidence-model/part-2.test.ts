import { testSchedules } from "./schedules.js";

testSchedules(2);

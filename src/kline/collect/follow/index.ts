export { planCadence, type Cadence, type CadenceInput } from "./cadence.js";
export { cadenceOf, followDay } from "./follow.js";

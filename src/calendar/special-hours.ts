import { type DayHours, laterBy, usualHours } from "./session.js";
import { type SpecialHoursRow, specialHoursKinds } from "./special-hours.data.js";

/** The hours of a row of the table: those it names, or the usual ones of its day, moved by what its kind says. */
export function specialHours([day, kind, grade, , hours]: SpecialHoursRow): DayHours {
  const { reason, openLater, closeLater } = specialHoursKinds[kind];
  const [usualOpen, usualClose] = usualHours(day);
  const [open, close] = hours ?? [laterBy(usualOpen, openLater), laterBy(usualClose, closeLater)];
  return { open, close, reason, grade };
}

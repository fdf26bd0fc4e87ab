/** Every kind of window, under its name. Bundles of the functions have of these what their pipeline names (`lib/named-kinds.ts`). */
export { CalendarKind as calendar } from './calendar.ts';
export { GlobalKind as global } from './global.ts';
export { LogKind as log } from './log.ts';
export { RowsKind as rows } from './rows.ts';
export { SessionKind as session } from './session.ts';
export { SlidingKind as sliding } from './sliding.ts';
export { TumblingKind as tumbling } from './tumbling.ts';

/**
 * What compiles each kind of event log, under the name of its source. Bundles of the functions have of these what their pipeline names
 * (`lib/named-kinds.ts`).
 */
export { compileJoinLog as join } from './join-log.ts';
export { compilePatternLog as pattern } from './pattern-log.ts';

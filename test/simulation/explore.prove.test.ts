import { PROVES_ALL } from '../support/random-cases.ts';
import { holdAlways, OTHER_CASES } from './explore-cases.ts';

const SLOW: Parameters<typeof holdAlways>[0] = [
  ['a window closes', 'a transaction conflicts'],
  ['a window closes', 'a request is throttled'],
  ['a window closes', 'a wake-up is lost'],
];

/** What is gone through in seconds, and with ALL_CASES=1 in a minute; `npm run simulate -- --explore` goes through all. */
holdAlways([
  ...OTHER_CASES,
  ['a window closes', 'nothing'],
  ['a window closes', 'a request is lost'],
  ['a window closes', 'items and rows are written apart from each other'],
  ['a window is revised', 'nothing'],
  ...(PROVES_ALL ? SLOW : []),
]);

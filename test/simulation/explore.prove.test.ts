import { holdAlways, OTHER_CASES } from './explore-cases.ts';

/** What is gone through in seconds to a minute; `npm run simulate -- --explore` goes through all. */
holdAlways([
  ...OTHER_CASES,
  ['a window closes', 'nothing'],
  ['a window closes', 'a request is lost'],
  ['a window closes', 'a transaction conflicts'],
  ['a window closes', 'a request is throttled'],
  ['a window closes', 'items and rows are written apart from each other'],
  ['a window closes', 'a wake-up is lost'],
  ['a window is revised', 'nothing'],
]);

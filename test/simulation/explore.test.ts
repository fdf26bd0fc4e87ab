import { holdAlways, QUICK_CASES } from './explore-cases.ts';

// `explore.prove.test.ts` has the other faults and larger cases, and `npm run simulate -- --explore` goes through all.
holdAlways(QUICK_CASES);

import { SMALL_FAULTS, type SmallFault } from './explore.ts';
import { holdAlways } from './explore-cases.ts';

// `explore.prove.test.ts` has larger cases, and `npm run simulate -- --explore` goes through all.
holdAlways(
  (Object.keys(SMALL_FAULTS) as SmallFault[])
    .filter((fault) => fault !== 'two finalizers are at it')
    .map((fault) => ['a window waits', fault]),
);

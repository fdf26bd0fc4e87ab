import { instead, type Mutation } from './mutation.ts';

type LateGroups = typeof import('../../../engine/finalize/late-groups.ts');

/** Rules of states that are kept after the cutoff: `engine/state/head.ts`. */
export const HEAD: readonly Mutation[] = [
  {
    name: 'a pass goes on from the head where a marker lies below it',
    replacements: [
      instead<LateGroups>('engine/finalize/late-groups.ts', () => ({ lateGroupsBefore: async () => new Map() })),
    ],
  },
];

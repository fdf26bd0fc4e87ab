import { instead, type Mutation } from './mutation.ts';

type LateGroups = typeof import('../../../engine/finalize/late-groups.ts');
type Fence = typeof import('../../../engine/protocol/fence.ts');

/** Rules of states that are kept after the cutoff: `engine/state/head.ts`. */
export const HEAD: readonly Mutation[] = [
  {
    name: 'a pass goes on from the head where a marker lies below it',
    replacements: [
      instead<LateGroups>('engine/finalize/late-groups.ts', () => ({ lateGroupsBefore: async () => new Map() })),
    ],
  },
  {
    name: 'a pass goes on from the head after a finalizer that died',
    replacements: [
      instead<Fence>('engine/protocol/fence.ts', ({ Fence }) => {
        const { commit } = Fence.prototype;
        Fence.prototype.commit = function (change, writes) {
          const { head, ...rest } = change;
          return commit.call(this, change.held === true && head === null ? rest : change, writes);
        };
        return { Fence };
      }),
    ],
  },
];

import type { Progress } from '../../../engine/state/progress.ts';
import { instead, type Mutation } from './mutation.ts';

type Fence = typeof import('../../../engine/protocol/fence.ts');
type Change = Partial<Omit<Progress, 'version' | 'manifest'>>;

/** Changes what a finalizer commits when its pass pauses. */
function onPause(change: (paused: NonNullable<Progress['pass']>) => Change) {
  return instead<Fence>('engine/protocol/fence.ts', ({ Fence }) => {
    const { commit } = Fence.prototype;
    Fence.prototype.commit = function (progress, writes) {
      const paused = progress.pass ?? null;
      return commit.call(this, paused === null ? progress : { ...progress, ...change(paused) }, writes);
    };
    return { Fence };
  });
}

/** Rules of passes that pause: `engine/state/pass.ts`. */
export const PASSES: readonly Mutation[] = [
  {
    name: 'a pass that pauses moves the state cutoff to its cursor',
    replacements: [
      onPause(({ cursor, state }) =>
        state === null ? {} : { stateCutoffMs: cursor.fromMs, carried: state, pass: null },
      ),
    ],
  },
  {
    name: 'the state at the cursor takes the place of that at the cutoff',
    replacements: [onPause(({ state }) => (state === null ? {} : { carried: state }))],
  },
  {
    name: 'a pass deletes markers that came after it began',
    replacements: [
      instead<typeof import('../../../engine/state/keys.ts')>('engine/state/keys.ts', ({ markerOrigin }) => ({
        markerOrigin: (key) => ({ ...markerOrigin(key), version: 0 }),
      })),
    ],
  },
  {
    name: 'a pass that goes on forgets the panes of markers that were not visible when it began',
    replacements: [
      instead<typeof import('../../../engine/finalize/begin-pass.ts')>(
        'engine/finalize/begin-pass.ts',
        ({ beginPass }) => ({ beginPass: (...args) => ({ ...beginPass(...args), listedPanes: [] }) }),
      ),
    ],
  },
];

import { isTombstones } from '../../../engine/state/keys.ts';
import type { Pass } from '../../../engine/state/pass.ts';
import type { Progress } from '../../../engine/state/progress.ts';
import { instead, type Mutation } from './mutation.ts';

type Fence = typeof import('../../../engine/protocol/fence.ts');
type Run = typeof import('../../../engine/finalize/run.ts');
type BeginPass = typeof import('../../../engine/finalize/begin-pass.ts');
type Change = Partial<Omit<Progress, 'version' | 'manifest'>>;

/** Changes what a finalizer commits when its pass pauses. */
function onPause(change: (paused: Pass) => Change) {
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
    name: 'what was captured at the new cutoff gives way to the state at a later cursor',
    replacements: [onPause((pass) => (pass.atCutoff === null ? {} : { pass: { ...pass, atCutoff: pass.state } }))],
  },
  {
    name: 'a pass that goes on takes the end and the cutoff that it would begin with now',
    replacements: [
      instead<Run>('engine/finalize/run.ts', ({ FinalizeRun }) => ({
        FinalizeRun: class extends FinalizeRun {
          constructor(parts: ConstructorParameters<Run['FinalizeRun']>[0]) {
            const { view, pass, isResumed, snapshot } = parts;
            const { watermarkMs, settledMs } = snapshot.source;
            const now = {
              closeUpToMs: Math.max(pass.closeUpToMs, view.window.closedUpTo(watermarkMs)),
              settledMs: Math.max(pass.settledMs, view.window.stateCutoff(settledMs)),
            };
            super(isResumed ? { ...parts, pass: { ...pass, ...now } } : parts);
          }
        },
      })),
    ],
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
    name: 'a pass deletes its markers when it pauses',
    replacements: [
      instead<Run>('engine/finalize/run.ts', ({ FinalizeRun }) => ({
        FinalizeRun: class extends FinalizeRun {
          override commit(change: Parameters<InstanceType<Run['FinalizeRun']>['commit']>[0]) {
            return (change.pass ?? null) === null ? super.commit(change) : this.commitEnd(change);
          }
        },
      })),
    ],
  },
  {
    name: 'a pass forgets the panes of markers that were not visible when it began',
    from: 3701,
    replacements: [
      instead<BeginPass>('engine/finalize/begin-pass.ts', ({ beginPass }) => ({
        beginPass: (...args) => ({ ...beginPass(...args), listedPanes: [] }),
      })),
    ],
  },
  {
    name: 'a call whose time is up does not take the first step',
    replacements: [
      instead<Run>('engine/finalize/run.ts', ({ FinalizeRun }) => ({
        FinalizeRun: class extends FinalizeRun {
          constructor(parts: ConstructorParameters<Run['FinalizeRun']>[0]) {
            super(parts);
            // It is the second step that asks for the time.
            super.mustPause();
          }
        },
      })),
    ],
  },
  {
    name: 'nobody notes that a finalizer died',
    replacements: [
      instead<Fence>('engine/protocol/fence.ts', ({ Fence }) => {
        const claim = Fence.claim.bind(Fence);
        return { Fence: Object.assign(Fence, { claim: (own: Parameters<typeof claim>[0]) => claim(notDied(own)) }) };
      }),
    ],
  },
  {
    name: 'groups that a revision takes out are not named to the views that take the rows',
    replacements: [
      instead<typeof import('../../../engine/finalize/outputs/downstream.ts')>(
        'engine/finalize/outputs/downstream.ts',
        ({ DownstreamOutput }) => ({
          DownstreamOutput: class extends DownstreamOutput {
            override take(firstVersion: number) {
              return super.take(firstVersion).map((part) => part.filter((write) => !isOfTombstones(write)));
            }
          },
        }),
      ),
    ],
  },
];

function notDied<C extends { readonly seen: Progress }>(claim: C): C {
  return { ...claim, seen: { ...claim.seen, held: false } };
}

/** Tombstones, and the markers that tell of them. */
function isOfTombstones(
  write: ReturnType<import('../../../engine/finalize/outputs/downstream.ts').DownstreamOutput['take']>[number][number],
): boolean {
  if (write.kind === 'delete') return false;
  if (typeof write.data !== 'string') return isTombstones(write.key);
  const named = JSON.parse(write.data) as { readonly key: typeof write.key } | null;
  return named !== null && isTombstones(named.key);
}

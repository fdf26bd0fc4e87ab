import type { FinalizeRun } from '../../../engine/finalize/run.ts';
import { instead, type Mutation } from './mutation.ts';

type Sessions = typeof import('../../../engine/finalize/settled-sessions.ts');
type Totals = typeof import('../../../engine/finalize/handed-totals.ts');
type ViewSource = typeof import('../../../engine/sources/view-source.ts');

/** A run that says something else of its pass, or of its progress. */
function runWith(run: FinalizeRun, change: Partial<Record<'pass' | 'fence', object>>): FinalizeRun {
  const properties = Object.entries(change).map(([name, value]) => [name, { value }] as const);
  return Object.create(run, Object.fromEntries(properties)) as FinalizeRun;
}

const fromCutoff = (run: FinalizeRun) => {
  const { progress } = run.fence;
  return runWith(run, { fence: { progress: { ...progress, settledToMs: progress.stateCutoffMs } } });
};

/** Rules of views that take the sessions of another one. */
export const HANDED: readonly Mutation[] = [
  {
    name: 'sessions are handed down while late events can reach them',
    replacements: [
      instead<Sessions>('engine/finalize/settled-sessions.ts', ({ SettledSessions }) => ({
        SettledSessions: class extends SettledSessions {
          constructor(run: FinalizeRun) {
            super(runWith(run, { pass: { ...run.pass, settledMs: run.pass.closeUpToMs } }));
          }
        },
      })),
    ],
  },
  {
    name: 'sessions are handed down by each pass that goes through them',
    replacements: [
      instead<Sessions>('engine/finalize/settled-sessions.ts', ({ SettledSessions }) => ({
        SettledSessions: class extends SettledSessions {
          constructor(run: FinalizeRun) {
            super(fromCutoff(run));
          }
        },
      })),
    ],
  },
  {
    name: 'a view of sessions is final when they are, and not when they change no more',
    replacements: [
      instead<ViewSource>('engine/sources/view-source.ts', ({ viewSource }) => ({
        viewSource: {
          ...viewSource,
          async load(source, reading) {
            const loaded = await viewSource.load(source, reading);
            return { ...loaded, watermarkMs: loaded.watermarkMs + source.view.definition.allowedLatenessMs };
          },
        },
      })),
    ],
  },
];

/** Rules of views that take the totals of another one. */
export const HANDED_TOTALS: readonly Mutation[] = [
  {
    name: 'totals go over the end of a window that takes them',
    replacements: [
      instead<Totals>('engine/finalize/handed-totals.ts', ({ HandedTotals }) => ({
        HandedTotals: class extends HandedTotals {
          override async edgeAfter(fromMs: number, toMs: number): Promise<number> {
            return (await super.edgeAfter(fromMs, toMs)) === toMs ? toMs : Math.min(toMs, fromMs + 40_000);
          }
        },
      })),
    ],
  },
  {
    name: 'totals are handed down by each pass that goes through them',
    replacements: [
      instead<Totals>('engine/finalize/handed-totals.ts', ({ HandedTotals }) => ({
        HandedTotals: class extends HandedTotals {
          constructor(run: FinalizeRun) {
            super(fromCutoff(run));
          }
        },
      })),
    ],
  },
];

import type { PageSet } from '../../../engine/state/pages.ts';
import { instead, type Mutation } from './mutation.ts';

type Downstream = typeof import('../../../engine/finalize/outputs/downstream.ts');
type Source = typeof import('../../../engine/sources/registry.ts');

/** Rules of making windows final. */
export const FINALIZE: readonly Mutation[] = [
  {
    name: 'a watermark is believed before its segments are seen',
    replacements: [
      instead<Source>('engine/sources/registry.ts', ({ loadSource }) => ({
        loadSource: async (...args) => {
          const source = await loadSource(...args);
          const origins = source.origins.map((origin) => ({
            ...origin,
            manifest: origin.manifest.filter(({ key }) => key.partition !== origin.partition),
          }));
          return { ...source, origins };
        },
      })),
    ],
  },
  {
    name: 'panes and windows before 1970 are rounded towards it',
    replacements: [
      instead<typeof import('../../../engine/time/floor-to.ts')>('engine/time/floor-to.ts', () => ({
        floorTo: (stepMs, timeMs, offsetMs = 0) => Math.trunc((timeMs - offsetMs) / stepMs) * stepMs + offsetMs,
      })),
    ],
  },
  {
    name: 'a sliding window takes all of a pane, whatever its events missed',
    replacements: [
      instead<typeof import('../../../engine/windows/aligned.ts')>('engine/windows/aligned.ts', () => ({
        windowIndex: () => Number.POSITIVE_INFINITY,
      })),
    ],
  },
  {
    name: 'a revision of a row is added to the views that take it, and does not replace',
    replacements: [
      instead<typeof import('../../../engine/state/keys.ts')>('engine/state/keys.ts', ({ handedSegmentKey }) => {
        let revisions = 0;
        return {
          handedSegmentKey: (...args) => {
            const { partition, sort } = handedSegmentKey(...args);
            return { partition, sort: `${sort}#${++revisions}` };
          },
        };
      }),
    ],
  },
  {
    name: 'what a finalizer that died has handed down is taken for absent',
    replacements: [
      instead<Downstream>('engine/finalize/outputs/downstream.ts', ({ DownstreamOutput }) => {
        const { emit } = DownstreamOutput.prototype;
        DownstreamOutput.prototype.emit = function (emission) {
          return emit.call(this, { ...emission, isCareful: false });
        };
        return { DownstreamOutput };
      }),
    ],
  },
  {
    name: 'rows of sessions are written without a note of their keys',
    replacements: [
      instead<typeof import('../../../engine/finalize/session-ledger.ts')>(
        'engine/finalize/session-ledger.ts',
        ({ SessionLedger }) => {
          const { note } = SessionLedger.prototype;
          SessionLedger.prototype.note = async function (...args) {
            return (await note.apply(this, args)).slice(0, -1);
          };
          return { SessionLedger };
        },
      ),
    ],
  },
  {
    name: 'sessions are folded up to the watermark, not to where they cannot change',
    replacements: [
      instead<Source>('engine/sources/registry.ts', ({ loadSource }) => ({
        loadSource: async (view, ...others) => {
          const source = await loadSource(view, ...others);
          return view.source.kind === 'stream' ? { ...source, settledMs: source.watermarkMs } : source;
        },
      })),
    ],
  },
  {
    name: 'counts of late events are added again after a crash',
    replacements: [
      instead<typeof import('../../../engine/state/pages.ts')>('engine/state/pages.ts', ({ ViewPages }) => ({
        ViewPages: class extends ViewPages {
          readonly #kind: string;

          constructor(...args: ConstructorParameters<typeof ViewPages>) {
            super(...args);
            [, this.#kind] = args;
          }

          override async load(set: PageSet) {
            const parts = await super.load(set);
            return this.#kind === 'patch' ? parts.map(withOneMoreEach) : parts;
          }
        },
      })),
    ],
  },
];

function withOneMoreEach(patches: Uint8Array): Uint8Array {
  const parsed = JSON.parse(Buffer.from(patches).toString()) as (readonly [string, number, number])[];
  return Buffer.from(JSON.stringify(parsed.map(([group, at, late]) => [group, at, late + 1])));
}

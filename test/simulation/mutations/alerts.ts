import type { AlertMessage } from '../../../engine/ports/alert-sink.ts';
import type { PageSet } from '../../../engine/state/pages.ts';
import { instead, type Mutation } from './mutation.ts';

type Ledger = typeof import('../../../engine/alerts/ledger.ts');
type Outbox = typeof import('../../../engine/alerts/outbox.ts');
type Notes = typeof import('../../../engine/alerts/early-notes.ts');
type Adoptions = typeof import('../../../engine/alerts/adoption.ts');
type Supersede = typeof import('../../../engine/finalize/supersede.ts');
type Output = typeof import('../../../engine/finalize/outputs/alerts.ts');

/** Rules of announcing incidents. */
export const ALERTS: readonly Mutation[] = [
  {
    name: 'an incident is known again by its first window alone',
    replacements: [
      instead<Ledger>('engine/alerts/ledger.ts', ({ matchIncidents }) => ({
        matchIncidents: (incidents, announced) => {
          const firstOnly = announced.map((entry) => Object.assign(entry, { lastMs: entry.firstMs }));
          const known = firstOnly.filter(({ firstMs }) => incidents.some((incident) => incident.firstMs === firstMs));
          const { transitions, announced: kept } = matchIncidents(incidents, known);
          return { transitions, announced: [...kept, ...firstOnly.filter((entry) => !known.includes(entry))] };
        },
      })),
    ],
  },
  {
    name: 'what was announced is made of the rows, and not of the ledger',
    replacements: [
      instead<Output>('engine/finalize/outputs/alerts.ts', ({ AlertsOutput }) => {
        const { commit } = AlertsOutput.prototype;
        // Ids and messages are kept, and of the state behind them only what a finalizer finds that goes on in one call.
        AlertsOutput.prototype.commit = async function (reached) {
          const { alerts } = await commit.call(this, reached);
          return { alerts: alerts && { ...alerts, state: { bytes: 0, pages: [], index: NO_PAGES } } };
        };
        return { AlertsOutput };
      }),
    ],
  },
  {
    name: 'a commit names the outbox of the one before it',
    replacements: [
      instead<Outbox>('engine/alerts/outbox.ts', ({ addToOutbox }) => {
        const waiting = new WeakMap<object, readonly AlertMessage[]>();
        return {
          addToOutbox: (pages, outbox, messages, ...rest) => {
            const late = waiting.get(pages) ?? [];
            waiting.set(pages, messages);
            return addToOutbox(pages, outbox, late, ...rest);
          },
        };
      }),
    ],
  },
  {
    name: 'messages are published that no commit has named yet',
    replacements: [
      instead<Outbox>('engine/alerts/outbox.ts', ({ addToOutbox, readOutbox }) => {
        // By the store's object for the pages: what was written, named or not.
        const written: { readonly key: string; readonly set: PageSet; readonly upTo: number }[] = [];
        const nameOf = (pages: Parameters<typeof readOutbox>[0]) => pages.keyOf(NO_PAGES).partition;
        return {
          addToOutbox: async (pages, outbox, ...rest) => {
            const next = await addToOutbox(pages, outbox, ...rest);
            for (const one of next.sets.slice(outbox.sets.length)) written.push({ key: nameOf(pages), ...one });
            return next;
          },
          readOutbox: async (pages, outbox, position) => {
            const unnamed = written.filter(({ key, upTo }) => key === nameOf(pages) && upTo > outbox.lastPosition);
            const sets = [...outbox.sets, ...unnamed.slice(-1)];
            return readOutbox(pages, { ...outbox, sets }, position);
          },
        };
      }),
    ],
  },
  {
    name: 'what was announced early is announced again once its window is final',
    replacements: [
      instead<Output>('engine/finalize/outputs/alerts.ts', ({ AlertsOutput }) => {
        const { load } = AlertsOutput;
        AlertsOutput.load = (view, bucket, ports, reading) => {
          const get = async (key: Parameters<typeof ports.state.get>[0]) =>
            key.partition.startsWith('early#') ? null : ports.state.get(key);
          const state = { ...ports.state, get };
          return load.call(AlertsOutput, view, bucket, { ...ports, state }, reading);
        };
        return { AlertsOutput };
      }),
    ],
  },
  {
    name: 'early incidents are noted whoever noted others meanwhile',
    replacements: [
      instead<Notes>('engine/alerts/early-notes.ts', ({ saveEarlyNotes, loadEarlyNotes }) => ({
        saveEarlyNotes: async (state, view, bucket, notes) => {
          const { version } = await loadEarlyNotes(state, view, bucket);
          return saveEarlyNotes(state, view, bucket, { ...notes, version });
        },
      })),
    ],
  },
  {
    name: 'incidents of a view that is deployed no more stay as they were announced',
    replacements: [
      instead<Supersede>('engine/finalize/supersede.ts', () => ({ supersedeIncidents: async () => undefined })),
    ],
  },
  {
    name: 'an incident that adopts an id begins to count its messages anew',
    replacements: [
      instead<Adoptions>('engine/alerts/adoption.ts', ({ Adoption }) => {
        const { take } = Adoption.prototype;
        Adoption.prototype.take = function (...args) {
          const known = take.apply(this, args);
          return known && { ...known, sequence: 0 };
        };
        return { Adoption };
      }),
    ],
  },
];

const NO_PAGES: PageSet = { version: 0, pages: 0, bytes: 0 };

import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { changedFacts } from '../../engine/plan/fingerprint.ts';
import type { PipelinePlan, ViewPlan } from '../../engine/plan/plan.ts';

/** A saved pipeline cannot take the place of the one that runs. The message says why, and what to do. */
export class ReloadRefusedError extends StreamgaugeError {
  override readonly name = 'ReloadRefusedError';
  readonly code = 'reloadRefused';
}

/**
 * Refuses what a running process cannot change over to.
 *
 * @param filled streams that the process fills, from a file or a pipe.
 * @throws ReloadRefusedError
 */
export function assertReplaceable(before: PipelinePlan, after: PipelinePlan, filled: readonly string[]): void {
  if (after.name !== before.name) {
    throw new ReloadRefusedError(
      `The pipeline is called '${after.name}' now, and the store is that of '${before.name}'. Stop and start again for a store of its own, or take the new name back.`,
    );
  }
  const gone = filled.find((name) => !after.streams.some((stream) => stream.name === name));
  if (gone !== undefined) {
    throw new ReloadRefusedError(
      `No view takes events of the stream '${gone}' any more, and this process fills it. Stop and start again without that input, or put a view of it back.`,
    );
  }
  for (const { name, definition } of after.streams) {
    const old = before.streams.find((stream) => stream.name === name)?.definition;
    if (old === undefined || old.partitionKey === definition.partitionKey) continue;
    throw new ReloadRefusedError(
      `The partition key of the stream '${name}' is '${definition.partitionKey}' now, and was '${old.partitionKey}': events of one key would lie in two shards. Stop and start again, with --fresh where duplicates are dropped, or take the change back.`,
    );
  }
}

/** What a change of plans means for the state of one view. */
export interface ViewChange {
  readonly view: string;
  readonly effect: keyof typeof EFFECTS;
  /** Names of facts, of a view that starts over. */
  readonly facts: readonly string[];
}

/** In the order in which they are told. */
const EFFECTS = {
  startsOver: ({ view, facts }: ViewChange) => `View '${view}' starts over: ${changed(facts)}.`,
  comesBack: ({ view }: ViewChange) =>
    `View '${view}' is defined again as it was before: it goes on from that state, without the events of the meantime.`,
  gone: ({ view }: ViewChange) => `View '${view}' is gone from the file. Its rows stay in the store.`,
  new: ({ view }: ViewChange) => `View '${view}' is new: it begins with the events that come now.`,
  goesOn: ({ view }: ViewChange) => `View '${view}' goes on.`,
} as const;

const ORDER = Object.keys(EFFECTS);

/** What a fact of a fingerprint is called. */
const FACTS: Readonly<Record<string, string>> = {
  version: 'its version',
  stream: 'its stream',
  eventTime: 'the event time of its stream',
  upstream: 'the view whose rows it takes',
  columns: 'the columns of the view whose rows it takes',
  steps: 'its filters, or the fields that it derives of events',
  window: 'its window',
  allowedLatenessMs: 'its allowed lateness',
  groupBy: 'its groups',
  aggregates: 'its aggregates',
  buckets: 'its buckets',
  derived: 'its columns that look back at earlier rows',
  emit: 'when it shows rows',
  emptyWindows: 'its empty windows',
  keepGroupsForWindows: 'how long it keeps groups',
};

/** Those that matter most first. `known` are keys of views that the store has state of. */
export function compareViews(
  before: PipelinePlan,
  after: PipelinePlan,
  known: ReadonlySet<string>,
): readonly ViewChange[] {
  const changes = after.views.map((view) => changeOf(before, view, known));
  const gone = before.views.filter(({ name }) => !after.views.some((view) => view.name === name));
  const all = [...changes, ...gone.map(({ name }): ViewChange => ({ view: name, effect: 'gone', facts: [] }))];
  return all.toSorted((a, b) => ORDER.indexOf(a.effect) - ORDER.indexOf(b.effect));
}

function changeOf(before: PipelinePlan, { name, key, definition }: ViewPlan, known: ReadonlySet<string>): ViewChange {
  const old = before.views.find((view) => view.name === name);
  if (old?.key === key) return { view: name, effect: 'goesOn', facts: [] };
  if (known.has(key)) return { view: name, effect: 'comesBack', facts: [] };
  if (old === undefined) return { view: name, effect: 'new', facts: [] };
  return { view: name, effect: 'startsOver', facts: changedFacts(old.definition, definition) };
}

/** A change as a full sentence. */
export function changeSentence(change: ViewChange): string {
  return EFFECTS[change.effect](change);
}

function changed(facts: readonly string[]): string {
  const words = facts.map((fact) => FACTS[fact] ?? fact);
  const [last, ...others] = words.toReversed();
  return others.length === 0 ? `${last} changed` : `${others.toReversed().join(', ')} and ${last} changed`;
}

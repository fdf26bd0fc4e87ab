import { collect, count, pipeline, session, stream, sum, Timestamp, Type, view } from 'streamgauge';
import type { Groups } from '../../engine/codec/group.ts';
import type { Session } from '../../engine/finalize/session.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../engine/plan/plan.ts';

/** Sessions of a key with gaps of at most ten seconds, by hand: what they hold is put into segments without a stream. */

export const GAP_MS = 10_000;
export const PANE_MS = 2500;

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), value: Type.Number(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const visits = view('visits', events)
  .window(session({ gap: '10 seconds' }))
  .groupBy('key')
  .aggregate((e) => ({ n: count(), total: sum(e.value), values: collect(e.value, { limit: 3 }) }));

export const VISITS = compilePipeline(pipelineDefinition(pipeline('p', [visits]), 'the test')).views[0] as ViewPlan;

export interface SessionEvent {
  readonly key: string;
  readonly value: number;
  readonly timeMs: number;
}

/** What one commit adds to a pane. */
export function segmentOf(events: readonly SessionEvent[]): Uint8Array {
  const { operators, segments } = VISITS;
  const groups: Groups = new Map();
  for (const { key, value, timeMs } of events) {
    const group = groups.get(key) ?? { values: [key], states: operators.map((operator) => operator.create()) };
    groups.set(key, group);
    const given = [true, value, value, timeMs, timeMs];
    for (const [index, operator] of operators.entries())
      operator.add(group.states[index], given[index] as number, timeMs);
  }
  return segments.encode(groups);
}

/** What one sees of a session. */
export interface SeenSession {
  readonly key: unknown;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly results: readonly unknown[];
}

export function seen({ group, firstMs, lastMs }: Session): SeenSession {
  const results = VISITS.operators.map((operator, index) => operator.result(group.states[index]));
  return { key: group.values[0], firstMs, lastMs, results };
}

/** Sessions the naive way: each key's events in the order of time, cut where more than a gap lies between two. */
export function naiveSessions(events: readonly SessionEvent[]): SeenSession[] {
  const sessions: SeenSession[] = [];
  for (const [key, ofKey] of Map.groupBy(events, ({ key }) => key)) {
    const inOrder = ofKey.toSorted((a, b) => a.timeMs - b.timeMs || a.value - b.value);
    const isFirst = ({ timeMs }: SessionEvent, at: number) =>
      timeMs - (inOrder[at - 1]?.timeMs ?? -GAP_MS - 1) > GAP_MS;
    const begins = inOrder.flatMap((event, at) => (isFirst(event, at) ? [at] : []));
    begins.forEach((from, index) => {
      const own = inOrder.slice(from, begins[index + 1]);
      const times = own.map(({ timeMs }) => timeMs);
      const [firstMs, lastMs] = [Math.min(...times), Math.max(...times)];
      const values = own.map(({ value }) => value);
      const total = values.reduce((sum, value) => sum + value, 0);
      sessions.push({ key, firstMs, lastMs, results: [own.length, total, values.slice(0, 3), firstMs, lastMs] });
    });
  }
  return inKeyOrder(sessions);
}

export function inKeyOrder(sessions: readonly SeenSession[]): SeenSession[] {
  return sessions.toSorted((a, b) =>
    a.key === b.key ? a.firstMs - b.firstMs : String(a.key) < String(b.key) ? -1 : 1,
  );
}

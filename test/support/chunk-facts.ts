import type { AggregateOperator } from '../../engine/aggregates/operator.ts';
import { ByteWriter } from '../../engine/bytes/byte-writer.ts';
import { type Group, type Groups, groupText } from '../../engine/codec/group.ts';
import { encodeIds } from '../../engine/dedupe/id-codec.ts';
import type { CommitChunk } from '../../engine/ingest/commit-chunk.ts';
import { compareLogRows, type EventLog, eventLogOperator } from '../../engine/joins/event-log.ts';
import type { StreamPlan } from '../../engine/plan/plan.ts';

/** A group's values and the bytes of its states: most states keep what they are to themselves. */
function stored({ values, states }: Group, operators: readonly AggregateOperator[]): [string, string[]] {
  const bytes = operators.map((operator, index) => {
    const out = new ByteWriter();
    // A log is a multiset: its events are in no order.
    if (operator === eventLogOperator) (states[index] as EventLog).sort(compareLogRows);
    operator.encode(states[index], out);
    // Sets keep values in the order in which they came.
    const bytes = Buffer.from(out.finish().toSorted()).toString('hex');
    return `${JSON.stringify(operator.result(states[index], 1000), (_, value) => (typeof value === 'bigint' ? String(value) : value))} ${bytes}`;
  });
  return [groupText(values), bytes];
}

/** All that a chunk says, with the groups as objects. */
export function chunkFacts(stream: StreamPlan, { views, ids, from: _from, to, ...rest }: CommitChunk) {
  const deltas = views.map(({ segments: written, late }, index) => {
    const { segments, operators } = stream.views[index] as StreamPlan['views'][number];
    const added = written.map(({ bytes, ...delta }) => {
      const decoded: Groups = new Map();
      segments.mergeInto(decoded, bytes);
      return { ...delta, groups: Object.fromEntries([...decoded.values()].map((group) => stored(group, operators))) };
    });
    return { late, added };
  });
  const sideOutputs = rest.sideOutputs.map((each) => ({ ...each, bytes: Buffer.from(each.bytes).toString() }));
  const goesOn = to === null ? null : [to.position, to.events.index];
  const remembered = [...(ids?.panes ?? [])].map(([startMs, set]) => [
    startMs,
    Buffer.from(encodeIds(set)).toString('hex'),
  ]);
  return { ...rest, sideOutputs, deltas, goesOn, remembered };
}

import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import type { DeadLetter, LateEvent } from '../../engine/ports/dead-letter-sink.ts';

export const ARRIVAL_MS = Date.parse('2026-03-01T12:00:00Z');

export function deadLetter(streamName: string, sequence: string, rest: Partial<DeadLetter> = {}): DeadLetter {
  return { ...base(streamName, sequence), kind: 'dead', reason: 'wrong_type', message: 'It is wrong.', ...rest };
}

export function lateEvent(streamName: string, sequence: string, rest: Partial<LateEvent> = {}): LateEvent {
  const missed = { view: 'v1', windowStartMs: 0, windowEndMs: 60_000 };
  return { ...base(streamName, sequence), kind: 'late', eventTimeMs: 1, missed, ...rest };
}

function base(streamName: string, sequence: string) {
  const position = { sequence, index: 0 };
  return { stream: streamName, shard: 'shard-0', position, bytes: bytes({ user: 'ann' }), arrivalMs: ARRIVAL_MS };
}

export function bytes(event: unknown): Uint8Array {
  return Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
}

/** Streams of these names, whose events have their partition key in `user`. */
export function streamsOf(...names: readonly string[]): ReadonlyMap<string, StreamDefinition> {
  const events = stream('events', {
    schema: Type.Object({ user: Type.String(), at: Timestamp() }),
    eventTime: 'at',
    partitionKey: 'user',
    maxLateness: '0 ms',
  });
  const counts = view('counts', events)
    .window(tumbling('1 minute'))
    .aggregate(() => ({ events: count() }));
  const [definition] = pipelineDefinition(pipeline('test', [counts]), 'the test').streams;
  return new Map(names.map((name) => [name, definition as StreamDefinition]));
}

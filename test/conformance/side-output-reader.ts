import type { DeadLetterSink, SideOutput } from '../../engine/ports/dead-letter-sink.ts';
import type { SideOutputReader } from '../../runtime/run-output.ts';

/** What every sink does that a run over files reads back: by kind, shard and position, one by one. */
export function sideOutputReaderConformance(name: string, create: () => DeadLetterSink & SideOutputReader): void {
  test(`${name} gives the records of a kind and a stream in the order of shards and positions`, async () => {
    const sink = create();
    const places = ['shard-1 2.0', 'shard-0 9.1', 'shard-0 10.0', 'shard-0 9.0', 'shard-0 9.10'];
    await sink.put(places.flatMap((place) => [record('s', 'dead', place), record('s', 'late', place)]));
    await sink.put([record('other', 'dead', 'shard-0 1.0')]);
    const inOrder = ['shard-0 9.0', 'shard-0 9.1', 'shard-0 9.10', 'shard-0 10.0', 'shard-1 2.0'];
    for (const kind of ['dead', 'late'] as const) {
      const read = [...sink.each('s', kind)];
      expect(read.map(placeOf)).toEqual(inOrder);
      expect(read.map((each) => ({ ...each, bytes: Buffer.from(each.bytes) }))).toEqual(
        inOrder.map((place) => record('s', kind, place)),
      );
    }
    expect([...sink.each('other', 'late')]).toEqual([]);
  });
}

function record(stream: string, kind: SideOutput['kind'], place: string): SideOutput {
  const [, shard = '', sequence = '', index = ''] = /^(\S+) (\d+)\.(\d+)$/.exec(place) ?? [];
  const base = { stream, shard, position: { sequence, index: Number(index) }, bytes: Buffer.from(place), arrivalMs: 7 };
  return kind === 'dead'
    ? { ...base, kind, reason: 'not_json', message: 'It is not JSON.' }
    : { ...base, kind, eventTimeMs: 5, missed: { view: 'v', windowStartMs: 0, windowEndMs: 9 } };
}

function placeOf({ shard, position }: SideOutput): string {
  return `${shard} ${position.sequence}.${position.index}`;
}

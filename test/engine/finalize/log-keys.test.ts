import { groupText } from '../../../engine/codec/group.ts';
import { segmentCodec } from '../../../engine/codec/segment.ts';
import type { KeyLog } from '../../../engine/finalize/key-log.ts';
import { LogKeys } from '../../../engine/finalize/log-keys.ts';
import type { Value } from '../../../engine/ir/node.ts';
import { type EventLog, eventLogOperator, LEFT } from '../../../engine/joins/event-log.ts';
import { Random } from '../../oracle/random-events.ts';

const CODEC = segmentCodec('0123456789ab', 2, [eventLogOperator]);

function segmentOf(keys: readonly (readonly Value[])[], timeMs: number): Uint8Array {
  const log = (): EventLog => [{ side: LEFT, timeMs, values: [] }];
  return CODEC.encode(new Map(keys.map((values) => [groupText(values), { values, states: [log()] }])));
}

test('keys that go and come again are one key at a time, whose rows are those of the panes since', () => {
  const random = new Random(20_261_129);
  const keys = new LogKeys(2, 100, [7, 11]);
  const there = new Map<string, KeyLog>();
  const rows = new Map<KeyLog, number>();
  for (let pane = 0; pane < 60; pane++) {
    const names = new Set(Array.from({ length: random.below(400) }, () => random.below(6000)));
    const values = Array.from(names, (name): readonly Value[] => [name, name % 3 === 0 ? null : `key ${name}`]);
    const half = values.length >> 1;
    const segments = [values.slice(0, half + 10), values.slice(half)].map((some) => segmentOf(some, pane * 1000));
    const added = keys.addPane(pane * 1000, segments, CODEC);
    expect(new Set(added.keys.map((log) => groupText(log.values)))).toEqual(new Set(values.map(groupText)));
    expect(added.keys).toHaveLength(values.length);
    for (const log of added.keys) {
      const known = there.get(groupText(log.values));
      if (known !== undefined) expect(log).toBe(known);
      there.set(groupText(log.values), log);
    }
    expect(added.rows).toBe(added.keys.reduce((sum, log) => sum + log.rows - (rows.get(log) ?? 0), 0));
    for (const log of added.keys) rows.set(log, log.rows);
    for (const [text, log] of there) {
      if (!random.chance(0.7)) continue;
      keys.delete(log);
      there.delete(text);
    }
  }
});

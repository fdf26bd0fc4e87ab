import {
  checkpointKey,
  discardKey,
  markerKey,
  paneOf,
  paneRange,
  progressKey,
  segmentKey,
} from '../../../engine/state/keys.ts';
import { EARLIEST_EVENT_MS, LATEST_EVENT_MS } from '../../../engine/time/instant.ts';
import { at } from '../../support/clicks.ts';

describe('keys of the state', () => {
  test('are readable, and each kind has partitions of its own', () => {
    expect(checkpointKey('clicks', 's1')).toEqual({ partition: 'checkpoint#clicks', sort: 's1' });
    expect(segmentKey('v@1', 2, 's1', at('10:05'), 3, 7)).toEqual({
      partition: 'segment#v@1#2#s1',
      sort: '2026-03-01T10:05:00.000Z#3#0000000007',
    });
    expect(markerKey('v@1', 2, 's1', at('10:05'), 7)).toEqual({
      partition: 'marker#v@1#2',
      sort: '2026-03-01T10:05:00.000Z#s1#0000000007',
    });
    expect(progressKey('v@1', 2)).toEqual({ partition: 'progress#v@1', sort: '2' });
    expect(discardKey('clicks', 's1', '99')).toEqual({ partition: 'discard#clicks#s1', sort: '99' });
  });

  test('of segments and markers sort by pane and then by commit', () => {
    const panes = [EARLIEST_EVENT_MS, -86_400_000, -1000, 0, 1000, at('09:00'), at('10:00'), LATEST_EVENT_MS].map(
      (ms) => Math.floor(ms / 1000) * 1000,
    );
    const sorts = panes.flatMap((ms) =>
      [9, 10, 1_234_567_890].map((version) => segmentKey('v', 0, 's', ms, 0, version).sort),
    );
    expect(sorts.toSorted()).toEqual(sorts);
  });

  test('tell their pane, also where a shard has # and : in its name', () => {
    expect(paneOf(segmentKey('v', 0, 's', at('10:05'), 12, 1))).toBe(at('10:05'));
    expect(paneOf(markerKey('v', 0, '1431856800:shard#1', at('10:05'), 1))).toBe(at('10:05'));
    expect(paneOf(segmentKey('v', 0, 's', EARLIEST_EVENT_MS, 0, 1))).toBe(EARLIEST_EVENT_MS);
  });

  test('of a range of panes take in its start and leave out its end', () => {
    const { from, to } = paneRange('p', at('10:00'), at('10:05'));
    const inside = (ms: number) => {
      const { sort } = segmentKey('v', 0, 's', ms, 0, 1);
      return sort >= from && sort < to;
    };
    expect([at('09:59:59.999'), at('10:00'), at('10:04:59.999'), at('10:05')].map(inside)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

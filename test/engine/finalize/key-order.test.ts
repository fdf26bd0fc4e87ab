import { compareGroups } from '../../../engine/codec/group.ts';
import { KeyLog } from '../../../engine/finalize/key-log.ts';
import { KeyOrder } from '../../../engine/finalize/key-order.ts';
import { Random } from '../../oracle/random-events.ts';

test('keys are in the order of their values, whichever are new, gone or asked for', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const order = new KeyOrder();
    const there = new Map<string, KeyLog>();
    for (let round = 0; round < 40; round++) {
      for (let n = random.below(30); n > 0; n--) {
        const key = random.pick(['a', 'Zoë', 'user-00000', '😀', 'Ａ']) + random.below(1000);
        if (there.has(key)) continue;
        const log = new KeyLog(there.size, [key], []);
        there.set(key, log);
        order.add(log);
      }
      for (const [key, log] of there) {
        if (!random.chance(0.2)) continue;
        log.isGone = true;
        there.delete(key);
      }
      const share = random.pick([0.05, 0.5, 1]);
      const asked = [...there.values()].filter(() => random.chance(share));
      const sorted = order.sorted(new Set(asked)).map(({ values }) => values);
      expect(sorted).toEqual(asked.sort((a, b) => compareGroups(a.values, b.values)).map(({ values }) => values));
    }
  }
});

import { entryOfHash, HyperLogLog, rankOf, registerOf } from '../../../engine/aggregates/hyper-log-log.ts';
import { writeHyperLogLog } from '../../../engine/aggregates/hyper-log-log-codec.ts';
import { SketchLog } from '../../../engine/aggregates/sketch-log.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { Random } from '../../oracle/random-events.ts';

function written(write: (out: ByteWriter) => void): string {
  const out = new ByteWriter();
  write(out);
  return Buffer.from(out.finish()).toString('hex');
}

test.each([
  ['few entries', 20, 3, undefined],
  ['more than are inserted one by one', 3_000, 40, undefined],
  ['groups that get sketches of their own', 20_000, 12, undefined],
  ['a group beyond what is sparse', 60_000, 2, undefined],
  ['a log that is emptied on the way', 12_000, 90, 5_000],
])('writes what a sketch of each group does: %s', (_name, entries, groups, mostInLog) => {
  const random = new Random(7);
  const log = new SketchLog(mostInLog);
  const sketches = Array.from({ length: groups + 1 }, () => new HyperLogLog());
  for (let i = 0; i < entries; i++) {
    const group = random.below(groups);
    const entry = entryOfHash(random.below(2 ** 32) | 0, random.below(2 ** 32) | 0);
    log.reserve(group + 1);
    log.add(group, entry);
    sketches[group]?.raise(registerOf(entry), rankOf(entry));
  }
  // The last group has none, and the log has no room for it.
  for (const [group, sketch] of sketches.entries()) {
    expect(written((out) => log.write(group, out))).toBe(written((out) => writeHyperLogLog(sketch, out)));
  }
  const again = written((out) => log.write(0, out));
  expect(again).toBe(written((out) => writeHyperLogLog(sketches[0] as HyperLogLog, out)));
});

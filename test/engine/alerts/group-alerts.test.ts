import fc from 'fast-check';
import { type AlertState, type GroupAlerts, groupAlertsCodec } from '../../../engine/alerts/group-alerts.ts';
import type { Announced } from '../../../engine/alerts/ledger.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { SEVERITIES } from '../../../engine/ir/alert.ts';
import type { Verdict } from '../../../engine/plan/alerts.ts';
import { casesOf } from '../../support/random-cases.ts';

const instant = fc.integer({ min: -62_135_596_800_000, max: 221_845_392_000_000 });
const severity = fc.constantFrom(...SEVERITIES);
const reason = fc.string({ maxLength: 20, unit: 'grapheme' });
const step = fc.record({ atMs: instant, severity, reason });
const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.record({ kind: fc.constant('fires' as const), severity, reason }),
  fc.constant({ kind: 'holds' as const }),
);
const told = fc.oneof(
  fc.record({ groupedIn: fc.option(fc.nat()), adopted: fc.constant(null) }),
  fc.record({ groupedIn: fc.constant(null), adopted: fc.string() }),
);
const entry = fc.record({
  id: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  sequence: fc.nat(),
  firstMs: instant,
  lastMs: instant,
  severity,
  reason,
  isOver: fc.boolean(),
});
const announced: fc.Arbitrary<Announced> = fc.tuple(entry, told).map(([one, by]) => ({ ...one, ...by }));
const state: fc.Arbitrary<AlertState> = fc.record({
  folded: fc.record({
    run: fc.option(fc.record({ firstMs: instant, lastMs: instant, windows: fc.nat(), peak: step })),
    open: fc.option(
      fc.record({ firstMs: instant, lastMs: instant, steps: step.map((one) => [one]), resolvedMs: fc.constant(null) }),
    ),
  }),
  verdicts: fc.array(fc.tuple(instant, verdict), { maxLength: 5 }).map((all) => new Map(all)),
  announced: fc.array(announced, { maxLength: 3 }),
});
const alerts: fc.Arbitrary<GroupAlerts> = fc
  .array(fc.tuple(fc.stringMatching(/^[a-z]{1,5}@[0-9a-f]{12}$/), state), { maxLength: 3 })
  .map((all) => new Map(all));

function encoded(group: GroupAlerts): Uint8Array {
  const out = new ByteWriter();
  groupAlertsCodec.encode(group, out);
  return out.finish().slice();
}

test('what is kept of a group is read back as it was written', () => {
  const property = fc.property(alerts, (group) => {
    const input = new ByteReader(encoded(group));
    expect(groupAlertsCodec.decode(input)).toEqual(group);
    input.end();
  });
  fc.assert(property, { seed: 20_261_128, numRuns: casesOf(1000) });
});

test('bytes that were cut or changed are refused as such, or read as something that can be written', () => {
  const property = fc.property(alerts, fc.nat(), fc.nat(255), fc.boolean(), (group, place, byte, isCut) => {
    const bytes = encoded(group);
    const at = place % Math.max(1, bytes.length);
    const damaged = isCut ? bytes.slice(0, at) : bytes.with(at, byte);
    try {
      encoded(groupAlertsCodec.decode(new ByteReader(damaged)));
    } catch (error) {
      expect(error).toBeInstanceOf(CodecError);
    }
  });
  fc.assert(property, { seed: 20_261_128, numRuns: casesOf(2000) });
});

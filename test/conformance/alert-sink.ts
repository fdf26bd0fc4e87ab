import type { AlertSink, SentAlert } from '../../engine/ports/alert-sink.ts';

/** A sink, and what its receiver got of each message, in order. */
export interface SinkUnderTest {
  readonly sink: AlertSink;
  received(): Promise<readonly SentAlert[]>;
}

export const MESSAGE: SentAlert = {
  pipeline: 'p',
  id: 'errors@0123456789ab/many/0/1',
  sequence: 1,
  kind: 'opened',
  view: 'errors',
  alert: 'many',
  severity: 'critical',
  group: { service: 'checkout', zone: null, size: 3, live: true },
  window_start: '2026-01-01T00:00:00.000Z',
  window_end: '2026-01-01T00:01:00.000Z',
  from: '2026-01-01T00:00:00.000Z',
  to: null,
  reason: 'errors > 100: errors is 512',
  merged_into: null,
  grouped: null,
  links: null,
};

/** What every sink of alerts does, whatever it reaches. */
export function alertSinkConformance(open: () => Promise<SinkUnderTest>): void {
  let tested: SinkUnderTest;
  beforeEach(async () => {
    tested = await open();
  });

  test('hands over a message as it is', async () => {
    expect(await tested.sink.send(MESSAGE)).toBe('sent');
    expect(await tested.received()).toEqual([MESSAGE]);
  });

  test('hands over messages in the order in which they are sent, and a repeat once more', async () => {
    const messages = [1, 2, 2, 3].map((sequence) => ({ ...MESSAGE, sequence }));
    for (const message of messages) await tested.sink.send(message);
    expect((await tested.received()).map(({ sequence }) => sequence)).toEqual([1, 2, 2, 3]);
  });

  test('hands over texts that hold what ends a line, a value, or a colour of a terminal', async () => {
    const odd = 'a"b\\c\n{"id":1}\r\n\u001b[31mred\u0007 \u2028 😀 \ud800';
    await tested.sink.send({ ...MESSAGE, reason: odd, group: { service: odd } });
    await tested.sink.send(MESSAGE);
    const [first, second] = await tested.received();
    expect(first?.reason.slice(0, 20)).toBe(odd.slice(0, 20));
    expect(second).toEqual(MESSAGE);
  });

  test('hands over a grouped message with the worst of its incidents', async () => {
    const worst = [{ group: { service: 'a' }, severity: 'critical' as const, reason: 'r' }];
    const grouped = { ...MESSAGE, group: null, grouped: { count: 5000, open: 4000, worst } };
    await tested.sink.send(grouped);
    expect(await tested.received()).toEqual([grouped]);
  });
}

import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { DeadReason } from '../../../engine/ports/dead-letter-sink.ts';
import { at, type Click, click, clickJson, record, sequence } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

const GOOD = clickJson(click('10:01'));

function fields(change: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(GOOD), ...change });
}

/** What becomes of one record: reasons of its dead letters in order, and how many of its events are accepted. */
async function fate(content: string | Uint8Array | readonly Click[], arrivalMs: number | null = null) {
  const world = new World();
  await world.take([record(1, content, { arrivalMs })]);
  const dead = (await world.sides()).flatMap((side) => (side.kind === 'dead' ? [side] : []));
  const counters = await world.counters();
  expect(counters.accepted + counters.late + counters.dead).toBe(counters.delivered);
  await world.end();
  const counted = (await world.rows()).reduce((sum, { columns }) => sum + Number(columns.views), 0);
  expect(counted).toBe(counters.accepted);
  return { reasons: dead.map(({ reason }) => reason), accepted: counters.accepted, dead, world };
}

describe('an event that is refused', () => {
  const cases: readonly (readonly [string, DeadReason, string | Uint8Array])[] = [
    ['is no JSON', 'not_json', '{"id": "1", '],
    ['has a comma too many', 'not_json', `${GOOD.slice(0, -1)},}`],
    ['is a number', 'wrong_type', '42'],
    ['is null', 'wrong_type', 'null'],
    ['is an array of arrays', 'wrong_type', `[[${GOOD}]]`],
    ['is a text', 'wrong_type', '"hello"'],
    ['has a number where a text should be', 'wrong_type', fields({ page: 7 })],
    ['has a number beyond the range of doubles', 'wrong_type', GOOD.replace('}', ', "amount": 1e999}')],
    ['has a boolean for its time', 'wrong_type', fields({ time: true })],
    ['lacks a required field', 'missing_field', fields({ user: undefined })],
    ['has null in a required field', 'missing_field', fields({ user: null })],
    ['has null for its time', 'missing_field', fields({ time: null })],
    ['has a time that is none', 'unknown_time', fields({ time: 'yesterday' })],
    ['has a day that the month lacks', 'unknown_time', fields({ time: '2026-02-30T10:00:00Z' })],
    ['has a time outside the years that are taken', 'unknown_time', fields({ time: 8.64e30 })],
    ['is empty', 'empty_record', ''],
    ['is blank', 'empty_record', ' \r\n\t\n'],
    ['is only a byte order mark', 'empty_record', '\ufeff'],
    ['is gzip cut short', 'corrupt_compression', gzipSync(GOOD).subarray(0, -9)],
    ['is zstd cut short', 'corrupt_compression', zstdCompressSync(Buffer.from(GOOD)).subarray(0, -3)],
    ['only begins like gzip', 'corrupt_compression', Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3)],
    ['only begins like zstd', 'corrupt_compression', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)],
    ['is not UTF-8', 'not_json', Buffer.from(GOOD.replace('/a', '/\xff'), 'latin1')],
    ['is larger than 256 KB', 'oversized', fields({ page: 'x'.repeat(256 * 1024) })],
  ];
  for (const [what, reason, content] of cases) {
    test(`because it ${what} is a dead letter: ${reason}`, async () => {
      const { reasons, accepted, dead } = await fate(content);
      expect([reasons, accepted]).toEqual([[reason], 0]);
      expect(dead[0]?.message).toMatch(/^[A-Z].*\.$/s);
    });
  }

  test('because it lies more than maxFutureSkew ahead of its arrival is a dead letter: future_time', async () => {
    const ahead = [click('10:05'), click('10:05:00.001')];
    expect(await fate(ahead, at('10:00'))).toMatchObject({ reasons: ['future_time'], accepted: 1 });
  });

  test('because of its arrival is taken in where the source tells no arrivals', async () => {
    expect(await fate([click('23:59')])).toMatchObject({ reasons: [], accepted: 1 });
  });

  test('names stream and field, and keeps the bytes', async () => {
    const { dead } = await fate(fields({ page: 7 }));
    expect(dead).toMatchObject([
      { stream: 'clicks', shard: 's1', position: { sequence: sequence(1), index: 0 }, arrivalMs: null },
    ]);
    expect(dead[0]?.message).toContain("Field 'page' in stream 'clicks' is 7");
    expect(JSON.parse(Buffer.from(dead[0]?.bytes ?? []).toString())).toMatchObject({ page: 7 });
  });

  test('with its whole record keeps the record as it arrived', async () => {
    const bytes = gzipSync(GOOD).subarray(0, -9);
    const { dead } = await fate(bytes);
    expect(Buffer.compare(Buffer.from(dead[0]?.bytes ?? []), bytes)).toBe(0);
  });

  test('for unfolding to more than 64 MiB is one dead letter: oversized', async () => {
    const bomb = Buffer.alloc(64 * 1024 * 1024 + 1, '\n');
    for (const packed of [gzipSync(bomb, { level: 1 }), zstdCompressSync(bomb)]) {
      const { reasons, accepted, dead } = await fate(packed);
      expect([reasons, accepted]).toEqual([['oversized'], 0]);
      expect(dead[0]?.bytes.length).toBe(packed.length);
    }
  });
});

describe('the neighbours of a bad event', () => {
  const bad = ['{"id":', 'null', fields({ user: null }), fields({ time: 'never' })];

  test('in one record are taken in, each bad one is a dead letter at its own position', async () => {
    const lines = [GOOD, bad[0], GOOD, bad[1], bad[2], GOOD, bad[3]].join('\n');
    const { reasons, accepted, dead } = await fate(lines);
    expect(reasons).toEqual(['not_json', 'wrong_type', 'missing_field', 'unknown_time']);
    expect(dead.map(({ position }) => position.index)).toEqual([1, 3, 4, 6]);
    expect(accepted).toBe(3);
  });

  test('in other records of the batch are taken in', async () => {
    const world = new World();
    await world.take([record(1, GOOD), record(2, Uint8Array.of(0x1f, 0x8b)), record(3, ''), record(4, GOOD)]);
    expect(await world.counters()).toMatchObject({ delivered: 4, accepted: 2, dead: 2 });
  });

  test('that is not UTF-8 are taken in', async () => {
    const damaged = Buffer.concat([Buffer.from(`${GOOD}\n{"a":"`), Buffer.of(0xff), Buffer.from(`"}\n${GOOD}`)]);
    expect(await fate(damaged)).toMatchObject({ reasons: ['not_json'], accepted: 2 });
  });

  test('that is not UTF-8 are taken in after a byte order mark too', async () => {
    const damaged = Buffer.concat([Buffer.from(`\ufeff${GOOD}\n{"a":"`), Buffer.of(0xff), Buffer.from(`"}\n${GOOD}`)]);
    expect(await fate(damaged)).toMatchObject({ reasons: ['not_json'], accepted: 2 });
  });

  test('that is larger than 256 KB are taken in', async () => {
    const lines = [GOOD, fields({ page: 'x'.repeat(256 * 1024) }), GOOD].join('\n');
    expect(await fate(lines)).toMatchObject({ reasons: ['oversized'], accepted: 2 });
  });

  test('are taken in once where the bad one comes first', async () => {
    expect(await fate([bad[0], GOOD, GOOD].join('\n'))).toMatchObject({ reasons: ['not_json'], accepted: 2 });
  });
});

describe('an event is taken in', () => {
  test.each([
    ['blank lines and spaces around it', `\n\n  ${GOOD}  \n\n${GOOD}\n`, 2],
    ['lines that end in CR LF', `${GOOD}\r\n${GOOD}\r\n`, 2],
    ['a byte order mark before it', `\ufeff${GOOD}\n${GOOD}`, 2],
    ['line breaks inside, as a record by itself', JSON.stringify(JSON.parse(GOOD), null, 2), 1],
    ['line breaks and a byte order mark', `\ufeff${JSON.stringify(JSON.parse(GOOD), null, 2)}`, 1],
    ['null in an optional field', fields({ amount: null, count: null }), 1],
    ['fields beyond the schema', fields({ more: { deep: [1] } }), 1],
    ['the largest safe integer', fields({ count: Number.MAX_SAFE_INTEGER }), 1],
    ['exactly 256 KB', fields({ page: 'x'.repeat(256 * 1024 - fields({ page: '' }).length) }), 1],
    ['a key that names the prototype', GOOD.replace('}', ', "__proto__": {"user": 7}}'), 1],
  ])('with %s', async (_what, content, accepted) => {
    expect(await fate(content)).toMatchObject({ reasons: [], accepted });
  });

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)('from a %s record of several members, as writers that append make them', async (_format, pack) => {
    const members = [`${GOOD}\n${GOOD}\n`, `${GOOD}\n`].map((text) => pack(Buffer.from(text)));
    expect(await fate(Buffer.concat(members))).toMatchObject({ reasons: [], accepted: 3 });
  });

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)('or its record is a dead letter, where bytes follow the %s that are none', async (_format, pack) => {
    const damaged = Buffer.concat([pack(Buffer.from(GOOD)), Buffer.from('and more')]);
    expect(await fate(damaged)).toMatchObject({ reasons: ['corrupt_compression'], accepted: 0 });
  });

  test.each(['"many"', '1.5', '9223372036854775808', '{}'])(
    'with %s in an optional field that is to be a whole number, where no view reads it',
    async (count) => {
      expect(await fate(GOOD.replace('}', `, "count": ${count}}`))).toMatchObject({ reasons: [], accepted: 1 });
    },
  );

  test('with half a surrogate pair, which becomes U+FFFD in any order of merging', async () => {
    const { world } = await fate(
      [fields({ page: '/x' }).replace('/x', '\\ud800'), fields({ page: '\ufffd' })].join('\n'),
    );
    expect(await world.summary()).toEqual(['10:00 \ufffd 2']);
  });
});

describe('the accounting of a shard', () => {
  test('adds up: accepted, late, dead, duplicate and discarded are delivered', async () => {
    const world = new World({ views: ['pages_on_time'] });
    await world.take([record(1, click('10:16')), record(2, 'x\ny\n')]);
    await world.take([record(3, [click('10:01'), click('10:17')], { pack: 'gzip' }), record(4, '')]);
    expect(await world.counters()).toEqual({
      delivered: 6,
      accepted: 2,
      late: 1,
      dead: 3,
      duplicate: 0,
      discarded: 0,
    });
  });
});

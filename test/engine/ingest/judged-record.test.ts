import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { eventsOf } from '../../../engine/decode/decoder.ts';
import { MAX_SHARED_LETTER_BYTES, MAX_SINGLE_LETTERS } from '../../../engine/decode/limits.ts';
import type { SourceRecord } from '../../../engine/decode/source-record.ts';
import { JudgedRecord, type Letter } from '../../../engine/ingest/judged-record.ts';
import { click, clickJson, record } from '../../support/clicks.ts';
import { kitStream } from '../../support/pipeline-kit.ts';

const SEED = 20150517;
const stream = kitStream({});
const GOOD = clickJson(click('10:01'));

interface Placed extends Letter {
  readonly index: number;
}

/** The letters of a record, and how many of its events are dead and good. */
function judged(source: SourceRecord, reader = JudgedRecord.open(stream, source)) {
  const letters: Placed[] = [];
  let dead = 0;
  let good = 0;
  for (const event of eventsOf(reader)) {
    if (event.kind === 'event') good++;
    if (event.kind !== 'dead') continue;
    dead++;
    if (event.letter !== null) letters.push({ index: reader.index, ...event.letter });
  }
  return { letters, dead, good };
}

function recordOf(lines: readonly string[]): SourceRecord {
  return { ...record(1, []), data: Buffer.from(lines.join('\n')) };
}

/** Lines that are dead in several ways, and good ones, in turns. */
function mixed(events: number): string[] {
  return Array.from({ length: events }, (_, i) => [GOOD, `bad ${i}`, '{}', `{"id":${i}}`][i % 4] as string);
}

describe('the dead events of a record', () => {
  test('have a letter each as long as they are not too many', () => {
    const lines = Array.from({ length: MAX_SINGLE_LETTERS }, (_, i) => `bad ${i}`);
    const { letters, dead } = judged(recordOf([GOOD, ...lines, GOOD]));
    expect(dead).toBe(MAX_SINGLE_LETTERS);
    expect(letters.map(({ index }) => index)).toEqual(lines.map((_, i) => i + 1));
    expect(letters.every(({ reason, events }) => reason === 'not_json' && events === undefined)).toBe(true);
  });

  test('beyond that share a letter, which has their bytes, one a line', () => {
    const lines = mixed(4 * MAX_SINGLE_LETTERS);
    const { letters, dead, good } = judged(recordOf(lines));
    expect({ dead, good, letters: letters.length }).toEqual({ dead: 3000, good: 1000, letters: 1001 });
    const shared = letters.at(-1) as Placed;
    const bad = lines.flatMap((line, index) => (line === GOOD ? [] : [{ line, index }])).slice(MAX_SINGLE_LETTERS);
    expect(shared).toMatchObject({ index: bad[0]?.index, reason: 'many_dead', events: 2000 });
    expect(Buffer.from(shared.bytes).toString().split('\n')).toEqual(bad.map(({ line }) => line));
    expect(shared.message).toMatch(
      /^More than 1000 events of the record are dead, so 2000 of them share this letter\. The first: Field 'id' in stream 'clicks' is missing\.$/,
    );
  });

  test('have their own letter and reason where just one is left', () => {
    const lines = Array.from({ length: MAX_SINGLE_LETTERS + 1 }, () => '{}');
    expect(judged(recordOf(lines)).letters.at(-1)).toMatchObject({ index: 1000, reason: 'missing_field' });
  });

  test('share as many letters as their bytes need', () => {
    const line = 'x'.repeat(1023);
    const { letters, dead } = judged(recordOf(Array.from({ length: 2200 }, () => line)));
    const shared = letters.slice(MAX_SINGLE_LETTERS);
    expect(shared.map(({ events }) => events)).toEqual([512, 512, 176]);
    expect(shared.every(({ bytes }) => bytes.length <= MAX_SHARED_LETTER_BYTES)).toBe(true);
    expect(dead).toBe(2200);
  });

  test('are few letters also where a few bytes unfold to very many of them', () => {
    const data = zstdCompressSync(Buffer.alloc(1_000_000, 'x\n'));
    const { letters, dead } = judged({ ...record(1, []), data });
    expect({ dead, letters: letters.length }).toEqual({ dead: 500_000, letters: 1002 });
  });

  test('put back from their letters are the same again, with JSON over several lines on one', () => {
    const spread = JSON.stringify({ user: 7 }, null, 2);
    const parts = Array.from({ length: 1100 }, (_, i) => ({
      kind: 'payload' as const,
      data: Buffer.from(i % 2 === 0 ? spread : `bad ${i}`),
    }));
    const { letters, dead } = judged({ ...record(1, []), parts });
    const again = judged({ ...record(2, []), data: (letters.at(-1) as Placed).bytes });
    expect([dead, again.dead]).toEqual([1100, 100]);
  });

  test('have the same letters from wherever a reader is forked', () => {
    const source = recordOf(mixed(2200));
    const { letters } = judged(source);
    fc.assert(
      fc.property(fc.nat(2200), (at) => {
        const reader = JudgedRecord.open(stream, source);
        while (reader.index < at && reader.next() !== null);
        const rest = judged(source, reader.fork()).letters;
        expect(rest.map(({ index }) => index)).toEqual(
          letters.map(({ index }) => index).filter((index) => index > reader.index),
        );
      }),
      { seed: SEED, numRuns: 10 },
    );
  });
});

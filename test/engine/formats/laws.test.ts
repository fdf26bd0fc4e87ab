import fc from 'fast-check';
import { type DecodedEvent, eventsOf } from '../../../engine/decode/decoder.ts';
import { decoderOf } from '../../../engine/decode/decoder-of.ts';
import { TEXT_FORMATS } from '../../../engine/formats/registry.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { casesOf } from '../../support/random-cases.ts';
import { streamIn } from './rows-of.ts';

/** What formats are made of, and what breaks them. */
const PARTS = [
  'a',
  'name',
  'at',
  'note',
  '1',
  '-',
  ',',
  ' ',
  '\t',
  '"',
  '""',
  '\\"',
  '\n',
  '\r\n',
  '\r',
  '=',
  '[',
  ']',
  'é',
  '\xff',
  '\uFEFF',
  '{',
  'version ',
  'k="v w"',
  'at,name,note\n',
  '1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5',
  ' "-" "x"',
];

const recordOf = (parts: readonly string[]) =>
  Buffer.concat(parts.map((part) => (part === '\xff' ? Buffer.of(0xff) : Buffer.from(part))));
const record = fc.array(fc.constantFrom(...PARTS), { maxLength: 40 }).map(recordOf);

function definitionOf(kind: (typeof TEXT_FORMATS)[number]): StreamDefinition {
  return { ...streamIn('logfmt'), format: { kind } };
}

function eventsIn(definition: StreamDefinition, data: Uint8Array): DecodedEvent[] {
  return [...eventsOf(decoderOf(definition).open(data))].filter((event) => event.kind !== 'skipped');
}

function keptOf(event: DecodedEvent): Uint8Array {
  return event.kind === 'value' ? Buffer.from(event.text) : event.bytes;
}

describe.each(TEXT_FORMATS)('%s', (kind) => {
  const definition = definitionOf(kind);
  const settings = { seed: 11, numRuns: casesOf(2000, 10) };

  test('makes of any bytes at least one event, and what is kept of it reads the same by itself', () => {
    fc.assert(
      fc.property(record, (data) => {
        const events = eventsIn(definition, data);
        expect(events.length).toBeGreaterThan(0);
        for (const event of events) {
          const again = eventsIn(definition, keptOf(event));
          if (event.kind === 'value') expect(again).toEqual([event]);
          else expect(again.map((other) => other.kind)).not.toContain('value');
        }
      }),
      settings,
    );
  });

  test('goes on from any event as from the beginning', () => {
    fc.assert(
      fc.property(record, fc.nat({ max: 5 }), (data, passed) => {
        const all = eventsIn(definition, data);
        const reader = decoderOf(definition).open(data);
        for (let i = 0; i < passed; i++) reader.next();
        expect([...eventsOf(reader.fork())]).toEqual(all.slice(passed));
        expect([...eventsOf(reader)]).toEqual(all.slice(passed));
      }),
      settings,
    );
  });
});

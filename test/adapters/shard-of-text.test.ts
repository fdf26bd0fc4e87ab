import { partitionKeyOfLine } from '../../adapters/shard-of.ts';
import { stream, Timestamp, Type } from '../../engine/index.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';

const definition = stream('orders', {
  schema: Type.Object({ at: Timestamp(), shop: Type.String(), id: Type.Integer() }),
  format: 'csv',
  eventTime: 'at',
  partitionKey: 'shop',
  maxLateness: '1 minute',
}) as unknown as StreamDefinition;

const ROWS = 'at,shop,id\n2026-01-01T00:00:00Z,"a, b",1';

test('the key of a row in a text format is that of its field, and of rows that share a letter the first that has one', () => {
  expect(partitionKeyOfLine(definition, Buffer.from(ROWS))).toBe('a, b');
  expect(partitionKeyOfLine(definition, Buffer.from(`at,shop,id\nbad\nat,shop,id\n2026-01-01T00:00:00Z,c,x`))).toBe(
    'c',
  );
  expect(
    partitionKeyOfLine({ ...definition, partitionKey: 'id' }, Buffer.from(ROWS.replace(',1', ',9007199254740993'))),
  ).toBe('9007199254740993');
});

test('what names no key goes by its text', () => {
  expect(partitionKeyOfLine(definition, Buffer.from('at,shop,id\nbad'))).toBe('at,shop,id\nbad');
});

import fc from 'fast-check';
import { MAX_EVENT_BYTES } from '../../../engine/decode/limits.ts';
import { formatOf } from '../../../engine/formats/registry.ts';
import type { TextFormatDefinition } from '../../../engine/ir/stream-format.ts';
import { isCut, KEPT_BYTES, MAX_LINE_BYTES } from '../../../runtime/input/input-line.ts';
import { RowLines } from '../../../runtime/input/row-lines.ts';

const CSV: TextFormatDefinition = { kind: 'csv' };
const GIVEN: TextFormatDefinition = { kind: 'csv', header: ['a', 'b'] };

function rowsOf(format: TextFormatDefinition, chunks: readonly (string | Buffer)[]) {
  const rows = new RowLines(formatOf(format).compile(format));
  return [...chunks.flatMap((chunk) => [...rows.add(Buffer.from(chunk as string))]), ...rows.end()];
}

function textsOf(format: TextFormatDefinition, chunks: readonly string[]): string[] {
  return rowsOf(format, chunks).map(({ bytes }) => bytes.toString());
}

test('each row has the header of its file in front; a quoted line break is in its row', () => {
  const text = '\uFEFFa,b\r\n1,"x\ny"\r\n\r\na,b\r\n2,é\r\n';
  expect(textsOf(CSV, [text])).toEqual(['a,b\n1,"x\ny"', 'a,b\n2,é']);
});

test('a header that the definition has is none of the rows, whether or not the file has it', () => {
  expect(textsOf(GIVEN, ['1,2\n3,4'])).toEqual(['1,2', '3,4']);
  expect(textsOf(GIVEN, ['a,b\n1,2\n'])).toEqual(['1,2']);
  expect(textsOf(GIVEN, ['b,a\n1,2\n'])).toEqual(['b,a\n1,2']);
});

test('the last row may lack its line break, and is not ended then', () => {
  expect(rowsOf(GIVEN, ['1,2\n3,4']).map(({ ended }) => ended)).toEqual([true, false]);
  expect(rowsOf(GIVEN, ['1,2\n3,"4\n']).map(({ ended }) => ended)).toEqual([true, true]);
});

test('rows do not depend on where chunks end', () => {
  const part = fc.constantFrom('a', ',', '"', '""', '\n', '\r\n', 'é', '"x\ny"', ',"', '",', '\n1,2\n');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), fc.array(fc.nat({ max: 7 })), (parts, sizes) => {
      const bytes = Buffer.from(`a,b\n${parts.join('')}`);
      const chunks: Buffer[] = [];
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = (sizes[i % Math.max(sizes.length, 1)] ?? 0) + 1;
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      const read = (given: readonly Buffer[]) => rowsOf(CSV, given).map(({ bytes: row }) => row.toString());
      expect(read(chunks)).toEqual(read([bytes]));
    }),
    { seed: 5, numRuns: 300 },
  );
});

test('a quote that is never closed costs its line, and holds up no more than its limit', () => {
  const filler = '3,4\n'.repeat(MAX_EVENT_BYTES / 4);
  const rows = new RowLines(formatOf(GIVEN).compile(GIVEN));
  expect([...rows.add(Buffer.from(`1,"2\n${filler.slice(0, -8)}`))]).toHaveLength(0);
  const [first, ...more] = [...rows.add(Buffer.from(filler))];
  expect(first?.bytes.toString()).toBe('1,"2');
  expect(more.length).toBeGreaterThan(MAX_EVENT_BYTES / 4);
});

test('a line that is longer than is read is cut, and those after it are read', () => {
  const rows = new RowLines(formatOf(GIVEN).compile(GIVEN));
  const chunk = Buffer.alloc(MAX_LINE_BYTES / 4, 'x');
  const found = [1, 2, 3, 4, 5].flatMap(() => [...rows.add(chunk)]);
  const [long, next] = [...found, ...rows.add(Buffer.from('y\n1,2\n'))];
  expect(long && isCut(long)).toBe(true);
  expect(long).toMatchObject({ length: 5 * chunk.length + 1, ended: true });
  expect(long?.bytes).toHaveLength(KEPT_BYTES);
  expect(next?.bytes.toString()).toBe('1,2');
});

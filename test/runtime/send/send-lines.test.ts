import { readLinesOf } from '../../../runtime/input/lines.ts';
import { sendLines } from '../../../runtime/send/send-lines.ts';

test('a line of more than 64 MiB is refused by its number, and the lines around it are sent', async () => {
  async function* input() {
    yield '{"n":1}\n\n';
    for (let i = 0; i < 65; i++) yield Buffer.alloc(1 << 20, 'x');
    yield '\n{"n":2}';
  }
  const sent: string[] = [];
  const outcome = await sendLines({
    lines: readLinesOf(input()),
    producer: { putLine: async (line) => void sent.push(Buffer.from(line).toString()) },
    keyOf: () => '',
    pace: async () => {},
    onLine: () => {},
  });
  expect(sent).toEqual(['{"n":1}', '{"n":2}']);
  expect(outcome).toEqual({
    lines: 3,
    refused: 1,
    firstRefusal: 'Line 2 (blank ones not counted) was not sent. It has 68157440 bytes, and at most 67108864 are read.',
  });
});

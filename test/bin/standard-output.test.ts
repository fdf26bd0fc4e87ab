import { once } from 'node:events';
import { FileOutput } from '../../bin/cli/standard-output.ts';

test('a write that takes a part is gone on with', async () => {
  let taken = '';
  const output = new FileOutput((bytes, offset) => {
    const part = Buffer.from(bytes.subarray(offset, offset + 3));
    taken += part;
    return part.length;
  });
  output.end('{"rows": 12}\n');
  await once(output, 'finish');
  expect(taken).toBe('{"rows": 12}\n');
});

test('a disk that fills up in the middle is an error', async () => {
  let room = 5;
  const output = new FileOutput((bytes, offset) => {
    if (room === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    const part = Math.min(room, bytes.length - offset);
    room -= part;
    return part;
  });
  const failed = once(output, 'error');
  output.write('{"rows": 12}\n');
  expect(await failed).toEqual([expect.objectContaining({ code: 'ENOSPC' })]);
});

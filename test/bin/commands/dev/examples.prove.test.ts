import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { main } from '../../../../bin/cli/main.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'examples-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('streamgauge dev without a file runs an example with its data', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const store = join(dir, 'sensors.db');
  const options = ['--pipeline', 'sensors', '--rate', '100000', '--port', '0', '--until-replayed', '--store', store];
  expect(await main(['dev', ...options], { stdout, stderr, env: {} })).toBe(0);
  expect(String(stdout.read())).toContain('5,760 of 5,760');
});

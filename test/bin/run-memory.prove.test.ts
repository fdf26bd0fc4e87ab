import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

test('run writes more dead letters than memory has room for', () => {
  const dir = mkdtempSync(join(tmpdir(), 'memory-'));
  try {
    const count = 30_000;
    writeFileSync(join(dir, 'clicks.jsonl'), `no json ${'x'.repeat(8000)}\n`.repeat(count));
    const input = `clicks=${join(dir, 'clicks.jsonl')}`;
    const out = ['--out', join(dir, 'out'), '--max-dead', '100%'];
    const args = ['bin/streamgauge.ts', 'run', 'pipelines/clickstream.ts', '--input', input, ...out];
    const node = join(ROOT, 'node_modules/.bin/node');
    const { status, stderr } = spawnSync(node, ['--max-old-space-size=64', ...args], { encoding: 'utf8', cwd: ROOT });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const written = readFileSync(join(dir, 'out/_dead_letters.jsonl'));
    expect(written.filter((byte) => byte === 0x0a).length).toBe(count);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

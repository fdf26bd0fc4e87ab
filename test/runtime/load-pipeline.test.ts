import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPipeline } from '../../runtime/load-pipeline.ts';

test('a file that awaits something that never comes is refused once nothing else is left to do', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'load-'));
  const path = join(dir, 'p.mjs');
  writeFileSync(path, 'await new Promise(() => {});\nexport default 1;\n');
  const listeners = process.listenerCount('beforeExit');
  const loading = loadPipeline(path);
  await new Promise((resolve) => setImmediate(resolve));
  process.emit('beforeExit', 0);
  await expect(loading).rejects.toThrow(
    `The pipeline file ${path} cannot be loaded: It awaits something that never comes.`,
  );
  expect(process.listenerCount('beforeExit')).toBe(listeners);
  rmSync(dir, { recursive: true });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../repository/files.ts';

const pageOf = (name: string) => readFileSync(join(ROOT, 'docs/reference', name), 'utf8');

test('the reference is as the sources are: npm run docs:reference writes it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'streamgauge-reference-'));
  try {
    // In a process of its own: the compiler's API is a program of ES modules only.
    execFileSync(process.execPath, [join(ROOT, 'scripts/write-reference.ts'), folder]);
    expect(readdirSync(folder).sort()).toEqual(['api.md', 'cli.md', 'errors.md', 'settings.md']);
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'utf8')).toBe(pageOf(name));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

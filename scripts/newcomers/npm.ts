import { globSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Diary } from './diary.ts';
import { type Place, run } from './processes.ts';

/** Installs with npm, and notes what npm said and how large it is. */
export async function install(name: string, args: readonly string[], place: Place, diary: Diary): Promise<void> {
  await diary.step(name, async () => installed(await run(['npm', ...args], place)));
  await diary.check(
    'size of node_modules',
    async () => `${Math.round(bytesIn(join(place.cwd, 'node_modules')) / 1e6)} MB`,
  );
}

/** What npm said: how many packages, and its warnings. */
export function installed({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string {
  const [, packages = 'an unknown number of'] = /\badded (\d+) packages?\b/.exec(stdout) ?? [];
  const warnings = warningsOf(stderr);
  const lines = `${warnings.length} line${warnings.length === 1 ? '' : 's'} of warnings, beginning with: ${warnings[0]}`;
  return `${packages} packages, ${warnings.length === 0 ? 'no warnings' : lines}`;
}

export function warningsOf(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => /\bwarn\b|Warning/.test(line));
}

function bytesIn(folder: string): number {
  const files = globSync('**', { cwd: folder }).map((path) => lstatSync(join(folder, path)));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

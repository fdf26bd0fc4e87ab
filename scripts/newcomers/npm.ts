import { globSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { type Place, run } from './processes.ts';

/** Installs with npm, and says what there is then: packages, size, warnings. */
export async function install(args: readonly string[], place: Place): Promise<string> {
  const { stderr } = await run(['npm', ...args], place);
  const modules = join(place.cwd, 'node_modules');
  const warnings = warningsOf(stderr);
  const packages = globSync('node_modules/{*,@*/*}/package.json', { cwd: place.cwd }).length;
  return [
    `${packages} packages`,
    `${Math.round(bytesIn(modules) / 1e6)} MB`,
    warnings.length === 0 ? 'no warnings' : `${warnings.length} warnings, the first: ${warnings[0]}`,
  ].join(', ');
}

export function warningsOf(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => /\bwarn\b|Warning/.test(line));
}

function bytesIn(folder: string): number {
  const files = globSync('**', { cwd: folder }).map((path) => lstatSync(join(folder, path)));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

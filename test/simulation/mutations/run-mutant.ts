import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Tally } from '../tally.ts';
import type { Mutation } from './mutations.ts';

const ROOT = resolve(__dirname, '../../..');
const SOURCES = ['engine', 'lambdas', 'adapters', 'runtime', 'test/simulation', 'package.json'];

/** Runs seeds on a copy of the code that lacks a rule, until one fails. Null where none did. */
export async function firstFailure(
  { name, patches }: Mutation,
  seeds: number,
): Promise<Tally['failed'][number] | null> {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  const dir = mkdtempSync(join(ROOT, '.streamgauge', 'mutant-'));
  try {
    for (const source of SOURCES) cpSync(join(ROOT, source), join(dir, source), { recursive: true });
    for (const { file, find, replace } of patches) {
      const path = join(dir, file);
      const parts = readFileSync(path, 'utf8').split(find);
      if (parts.length !== 2) throw new Error(`'${name}': ${file} has ${parts.length - 1} places to change: ${find}`);
      writeFileSync(path, parts.join(replace));
    }
    return (await run(dir, seeds)).failed[0] ?? null;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function run(dir: string, seeds: number): Promise<Tally> {
  const node = join(ROOT, 'node_modules/.bin/node');
  const args = [join(dir, 'test/simulation/run.ts'), '--seeds', String(seeds), '--stop', '--json'];
  return new Promise((resolveTally, reject) => {
    execFile(node, args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      // It ends with 1 where a seed failed, as it is meant to.
      if (stdout.trim().startsWith('{')) resolveTally(JSON.parse(stdout) as Tally);
      else reject(new Error(`The mutant did not run: ${error?.message} ${stderr}`));
    });
  });
}

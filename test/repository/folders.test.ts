import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './files.ts';

/** In a process of its own: the plan is in a program of ES modules only. */
function planOfLayers(): { readonly TOP: readonly string[]; readonly ENGINE: readonly string[] } {
  const code = `const { TOP, ENGINE } = await import(${JSON.stringify(pathToFileURL(join(ROOT, 'scripts/layers.ts')).href)});
    console.log(JSON.stringify({ TOP, ENGINE }));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }));
}

const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

/** Folders in the first column of the table under a heading, in their order. */
function tableOf(heading: string): string[] {
  const table = page.slice(page.indexOf(heading)).split('\n\n')[1] as string;
  return table
    .split('\n')
    .slice(2)
    .flatMap((row) => [...(row.split('|')[1] as string).matchAll(/`([\w-]+)\/`/g)].map(([, name]) => name as string));
}

test('the tables of folders are the plan of layers, from the bottom up', () => {
  const { TOP, ENGINE } = planOfLayers();
  expect(tableOf('`scripts/layers.ts`.\n')).toEqual(TOP);
  expect(tableOf('The engine, from the bottom up:')).toEqual(ENGINE);
});

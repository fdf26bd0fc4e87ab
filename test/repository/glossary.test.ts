import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './files.ts';

interface Entry {
  readonly term: string;
  readonly name: string;
  readonly file: string;
}

const text = readFileSync(join(ROOT, 'docs/glossary.md'), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| term |'));
const entries: readonly Entry[] = rows.map((row) => {
  const cells = row.split(' | ').map((cell) => cell.replace(/^\||\|$/g, '').trim());
  const [, name, file] = /^`([\w.]+)` in `([\w./-]+)`$/.exec(cells[3] ?? '') ?? [];
  if (cells.length !== 4 || name === undefined || file === undefined) throw new Error(`Not a row of four: ${row}`);
  return { term: cells[0] as string, name, file };
});

test('each term is in the code under the name and in the file that the glossary gives', () => {
  expect(entries.length).toBeGreaterThan(60);
  const wrong = entries.filter(({ name, file }) => {
    const path = join(ROOT, file);
    return !existsSync(path) || !new RegExp(`\\b${name}\\b`).test(readFileSync(path, 'utf8'));
  });
  expect(wrong).toEqual([]);
});

test('each term is listed once', () => {
  const terms = entries.flatMap(({ term }) => term.split(', '));
  expect(terms.filter((term, index) => terms.indexOf(term) < index)).toEqual([]);
});

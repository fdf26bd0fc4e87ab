import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DOCUMENTS, docBlocks, standalone } from './support/doc-blocks.ts';

const ROOT = resolve(__dirname, '..');

let dir: string;
beforeAll(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'docs-types-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

test('every TypeScript block of the documents type-checks', () => {
  const blocks = DOCUMENTS.flatMap(docBlocks).filter(({ language }) => language === 'ts');
  expect(blocks.length).toBeGreaterThan(20);
  for (const [index, block] of blocks.entries()) writeFileSync(join(dir, `block${index}.ts`), standalone(block));
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'] }));
  const { status, stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit', '-p', dir], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SCRIPT = join(__dirname, '../../scripts/layers.ts');

/** Imports against the plan in a tree of these files. In a process of its own: the checker ships ES modules only. */
function violationsOf(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'layers-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    const folders = [...new Set(Object.keys(files).map((name) => name.split('/')[0]))];
    const code = `const { checkLayers } = await import(${JSON.stringify(pathToFileURL(SCRIPT).href)});
      const report = await checkLayers(${JSON.stringify(root)}, ${JSON.stringify(folders)});
      console.log(JSON.stringify(report.violations.map(({ from, to }) => from + ' → ' + to)));`;
    return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const EMPTY = 'export {};';

describe('the layers', () => {
  test('refuse an import of the runtime from any depth of the engine', () => {
    const found = violationsOf({
      'runtime/clock.ts': EMPTY,
      'engine/finalize/deep/er/bad.ts': "import '../../../../runtime/clock.ts';",
    });
    expect(found).toContain('engine/finalize/deep/er/bad.ts → runtime/clock.ts');
  });

  test('refuse I/O and packages in the engine', () => {
    const found = violationsOf({
      'engine/ir/bad.ts': "import 'node:fs'; import '@aws-sdk/client-s3'; import 'node:zlib'; import 'typebox';",
    });
    expect(found.filter((violation) => violation.includes('fs'))).toHaveLength(1);
    expect(found.filter((violation) => violation.includes('client-s3'))).toHaveLength(1);
    expect(found).toHaveLength(2);
  });

  test('refuse an arrow that points up, and take one that points down', () => {
    expect(
      violationsOf({
        'engine/ir/node.ts': "import '../plan/plan.ts';",
        'engine/plan/plan.ts': EMPTY,
      }),
    ).toEqual(['engine/ir/node.ts → engine/plan/plan.ts']);
    expect(violationsOf({ 'engine/plan/plan.ts': "import '../ir/node.ts';", 'engine/ir/node.ts': EMPTY })).toEqual([]);
  });

  test('refuse a folder of the engine without a place in the plan', () => {
    expect(violationsOf({ 'engine/misc/a.ts': "import '../ir/node.ts';", 'engine/ir/node.ts': EMPTY })).toEqual([
      'engine/misc/a.ts → engine/ir/node.ts',
    ]);
  });

  test('refuse a lambda that imports another', () => {
    expect(
      violationsOf({ 'lambdas/sweep/index.ts': "import '../finalize/a.ts';", 'lambdas/finalize/a.ts': EMPTY }),
    ).toEqual(['lambdas/sweep/index.ts → lambdas/finalize/a.ts']);
  });
});

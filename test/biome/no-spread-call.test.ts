import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const RULE = 'no-spread-call.grit';
const SETTINGS = {
  root: true,
  plugins: [`./${RULE}`],
  linter: { rules: { preset: 'none' } },
  formatter: { enabled: false },
  assist: { enabled: false },
};

const folder = mkdtempSync(join(tmpdir(), 'no-spread-call-'));
copyFileSync(join(ROOT, 'biome', RULE), join(folder, RULE));
writeFileSync(join(folder, 'biome.json'), JSON.stringify(SETTINGS));
afterAll(() => rmSync(folder, { recursive: true }));

/** Lines of a program that the rule refuses, counted from 1. */
function refusedLines(lines: readonly string[]): number[] {
  writeFileSync(join(folder, 'program.ts'), lines.join('\n'));
  const report = lint();
  const found = report.diagnostics.filter(({ category }) => category === 'plugin');
  return found.map(({ location }) => location.start.line).sort((a, b) => a - b);
}

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly start: { readonly line: number } };
  }[];
}

function lint(): Report {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', 'program.ts'];
  try {
    return JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }));
  } catch (error) {
    // It ends with 1 where it refuses anything.
    return JSON.parse((error as { readonly stdout: string }).stdout);
  }
}

test('spreading into a call or a new object is refused, wherever the spread stands', () => {
  const lines = [
    'Math.max(...all);',
    'list.push(1, ...all);',
    'list.push(...all, 2);',
    'call?.(...all);',
    'new Thing(...all);',
    'call([...all], ...(await more()));',
  ];
  expect(refusedLines(lines)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('lists, objects, parameters and patterns may spread, also inside the arguments of a call', () => {
  const lines = [
    'const joined = [...all, ...more];',
    'call([...all], { ...settings });',
    'new Thing({ list: [...all] });',
    'const [first, ...others] = all;',
    'function collect({ name, ...rest }: Settings, ...values: number[]) {}',
    'call((...values: number[]) => [...values]);',
  ];
  expect(refusedLines(lines)).toEqual([]);
});

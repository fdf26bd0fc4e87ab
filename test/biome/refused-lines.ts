import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly start: { readonly line: number } };
  }[];
}

/** Lines of a program that one of our own lint rules refuses, counted from 1. */
export function refusedLines(rule: string, lines: readonly string[]): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'lint-rule-'));
  try {
    const settings = {
      root: true,
      plugins: [`./${rule}`],
      linter: { rules: { preset: 'none' } },
      formatter: { enabled: false },
      assist: { enabled: false },
    };
    copyFileSync(join(ROOT, 'biome', rule), join(folder, rule));
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(settings));
    writeFileSync(join(folder, 'program.ts'), lines.join('\n'));
    const found = lint(folder).diagnostics.filter(({ category }) => category === 'plugin');
    return found.map(({ location }) => location.start.line).sort((a, b) => a - b);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lint(folder: string): Report {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', 'program.ts'];
  try {
    return JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }));
  } catch (error) {
    // Biome ends with 1 where it refuses anything.
    return JSON.parse((error as { readonly stdout: string }).stdout);
  }
}

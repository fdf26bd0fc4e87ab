import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIGURES } from './figures.ts';
import { print } from './measure.ts';
import { formatSpread, inYardsticks, type Measured, ratioOf, type Turn } from './ratios.ts';

const ROOT = join(import.meta.dirname, '..');
const YARDSTICK = 'yardstick';

/**
 * `npm run bench -- --against COMMIT [--turns 5] [FIGURE…]`: measures this tree and another commit in turns, each run in a
 * process of its own, and prints how many times as much this tree needs. Both are measured by this tree's bench.
 */
export function benchAgainst(commit: string, turns: number, figures: readonly string[]): void {
  const names = [
    YARDSTICK,
    ...(figures.length > 0 ? figures : Object.keys(FIGURES)).filter((name) => name !== YARDSTICK),
  ];
  const hash = git('rev-parse', '--verify', '--quiet', `${commit}^{commit}`);
  withTree(hash, (base) => {
    print(`This tree against ${hash.slice(0, 10)}: ${turns} turns; less than 1 is less of it than there`);
    const measured = Array.from({ length: turns }, (_, turn) => measureTurn(base, names, turn));
    for (const name of names) printFigure(name, measured);
  });
}

/** The order changes from turn to turn, so that neither is always the first. */
function measureTurn(base: string, names: readonly string[], turn: number): Turn {
  if (turn % 2 === 0) return { base: measure(base, names), here: measure(ROOT, names) };
  const here = measure(ROOT, names);
  return { base: measure(base, names), here };
}

function measure(tree: string, names: readonly string[]): Measured {
  const text = execFileSync(process.execPath, [join(tree, 'bench/figures.ts'), ...names], {
    cwd: tree,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(text);
}

function printFigure(name: string, turns: readonly Turn[]): void {
  const { unit = '' } = FIGURES[name] ?? {};
  const ratio = formatSpread(ratioOf(turns, name));
  const isTime = unit.startsWith('µs') && name !== YARDSTICK;
  const also = isTime ? `   ${formatSpread(inYardsticks(turns, name, YARDSTICK))} × JSON.parse of an event` : '';
  print(`  ${name.padEnd(14)} ${unit.padEnd(30)} ${ratio.padEnd(24)}${also}`.trimEnd());
}

/** A work tree of a commit, with this tree's figures and packages, that is gone afterwards. */
function withTree(hash: string, use: (tree: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'));
  const tree = join(dir, 'tree');
  try {
    git('worktree', 'add', '--quiet', '--detach', tree, hash);
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    cpSync(join(ROOT, 'bench/figures.ts'), join(tree, 'bench/figures.ts'));
    use(tree);
  } finally {
    rmSync(dir, { recursive: true, force: true });
    git('worktree', 'prune');
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

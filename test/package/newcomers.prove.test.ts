import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './installed.ts';

interface Played {
  readonly newcomers: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly steps: readonly { readonly name: string; readonly outcome: string; readonly detail: string }[];
  }[];
}

// With npm's cache of this machine: a registry that is slow today is no fault of ours.
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [join(ROOT, 'scripts/newcomers.ts'), '--warm', '--json'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
);

test('all newcomers get to where they want', () => {
  console.log(stderr);
  expect({ status, told: status === 0 ? '' : stderr }).toEqual({ status: 0, told: '' });
  const { newcomers } = JSON.parse(stdout) as Played;
  expect(newcomers.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['clone', 'passed'],
    ['create', 'passed'],
    ['cdk', 'passed'],
  ]);
  const steps = newcomers.flatMap((each) => each.steps);
  expect(steps.find(({ name }) => name.includes('page_views_5min'))?.detail).toContain('/by-http 60');
});

for (const { name, detail } of notRun()) {
  test(`NOT RUN: the newcomers' step ${name}: ${detail}`, () => expect(name).toBe('boto3'));
}

function notRun() {
  const steps = status === 0 ? (JSON.parse(stdout) as Played).newcomers.flatMap((each) => each.steps) : [];
  return steps.filter(({ outcome }) => outcome === 'not run');
}

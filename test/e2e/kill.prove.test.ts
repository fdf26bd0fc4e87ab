import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generateClickstream } from '../../generate/index.ts';
import { Random } from '../../generate/random.ts';
import { PROVES_ALL } from '../support/random-cases.ts';

/**
 * Real processes, killed by SIGKILL at seeded points of their writes, and started again on the same store. Each store
 * is killed several times, so most runs die while they recover from an earlier death.
 */
const SEED = 20_260_101;
const STORES = 3;
const KILLS_PER_STORE = PROVES_ALL ? 10 : 5;
const ROOT = resolve(__dirname, '../..');
const NODE = join(ROOT, 'node_modules/.bin/node');

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kill-'));
  const lines = [...generateClickstream({ events: 3000, seed: 5, disorderMs: 30_000, ratePerSecond: 2 })];
  // Dead letters and events past maxLateness have to survive as well.
  lines.splice(700, 0, 'not an event', '{"event_id":"x"}');
  writeFileSync(join(dir, 'clicks.jsonl'), `${lines.join('\n')}\n`);
});
afterAll(() => rmSync(dir, { recursive: true }));

function run(name: string, dieAt: number, when: 'before' | 'after') {
  const out = join(dir, name);
  const args = [
    'pipelines/clickstream.ts',
    `clicks=${join(dir, 'clicks.jsonl')}`,
    out,
    `${out}.db`,
    '3',
    '50',
    String(dieAt),
    when,
  ];
  return spawnSync(NODE, ['test/e2e/run-and-die.ts', ...args], { cwd: ROOT, encoding: 'utf8' });
}

/** Every output file by name. */
function rows(name: string): Record<string, string> {
  const out = join(dir, name);
  return Object.fromEntries(readdirSync(out).map((file) => [file, readFileSync(join(out, file), 'utf8')]));
}

test(`${STORES * KILLS_PER_STORE} kills at seeded points lose nothing and double nothing (seed ${SEED})`, () => {
  const whole = run('whole', 0, 'before');
  expect(whole.stderr).toBe('');
  const { writes, counters } = JSON.parse(whole.stdout) as { writes: number; counters: object };
  const random = new Random(SEED);
  let killed = 0;
  for (let store = 0; store < STORES; store++) {
    const name = `store-${store}`;
    for (let kill = 0; kill < KILLS_PER_STORE; kill++) {
      // On average a small part of the whole at a time; some stores die over and over in one place, others get far.
      const { signal, stderr } = run(
        name,
        1 + random.below(Math.ceil(writes / KILLS_PER_STORE / 2)),
        kill % 2 === 0 ? 'before' : 'after',
      );
      expect(stderr).toBe('');
      if (signal === 'SIGKILL') killed++;
    }
    const last = run(name, 0, 'before');
    expect(JSON.parse(last.stdout)).toMatchObject({ counters });
    expect(rows(name)).toEqual(rows('whole'));
  }
  expect(killed).toBeGreaterThanOrEqual(STORES * KILLS_PER_STORE);
}, 300_000);

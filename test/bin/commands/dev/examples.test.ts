import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLE_NAMES } from '../../../../bin/commands/dev/examples.ts';
import { parseInputs, whatToRun } from '../../../../bin/commands/dev/options.ts';
import { pipelineDefinition } from '../../../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../../../engine/plan/plan.ts';

const ROOT = join(__dirname, '../../../..');

test.each(EXAMPLE_NAMES)('%s has a pipeline, and a file with events for each of its streams', async (name) => {
  const toRun = whatToRun([], name, { input: [], tail: [], stdin: undefined });
  const loaded: { readonly default: unknown } = await import(join(ROOT, toRun.file));
  const plan = compilePipeline(pipelineDefinition(loaded.default, toRun.file));
  const { replays } = parseInputs(toRun, { eventsPerSecond: toRun.rate, atOnce: toRun.atOnce }, plan, {});
  expect([...replays.keys()].sort()).toEqual(plan.streams.map((stream) => stream.name).sort());
  for (const { file } of replays.values()) expect(existsSync(join(ROOT, file))).toBe(true);
});

test('the table of the README has each of them', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const commands = [...readme.matchAll(/^\|.*\| `npm start -- --pipeline ([a-z-]+)` \|/gm)].map(([, name]) => name);
  expect(commands.sort()).toEqual([...EXAMPLE_NAMES].sort());
});

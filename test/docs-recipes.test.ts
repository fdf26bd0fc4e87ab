import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../engine/ir/stream-definition.ts';
import { PipelineTest } from '../testing/index.ts';
import { docBlocks } from './support/doc-blocks.ts';

/** Each recipe counts events that fit its schema: half an hour of them, ended by the end of the stream. */
const ROOT = resolve(__dirname, '..');
const RECIPES = docBlocks('docs/recipes.md').filter(({ language }) => language === 'ts');
const START_MS = Date.parse('2026-03-01T12:00:00Z');

let folder: string;
beforeAll(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  folder = mkdtempSync(join(ROOT, '.streamgauge', 'recipes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Schema = {
  readonly properties: Readonly<Record<string, { readonly type?: string; readonly enum?: readonly string[] }>>;
};

/** The nth event: texts and choices take turns, numbers rise, and one event comes every half minute. */
function eventOf({ schema, eventTime }: StreamDefinition, n: number): object {
  const fields = Object.entries((schema as unknown as Schema).properties).map(([name, { type, enum: choices }]) => {
    if (name === eventTime) return [name, new Date(START_MS + n * 30_000).toISOString()];
    if (choices !== undefined) return [name, choices[n % choices.length]];
    return [name, type === 'string' ? `${name}-${n % 4}` : 200 + n];
  });
  return Object.fromEntries(fields);
}

test('there are ten', () => {
  expect(RECIPES).toHaveLength(10);
});

test.each(RECIPES.map(({ text }, index) => ({ text, index })))(
  'recipe $index has rows of its events',
  async (recipe) => {
    const file = join(folder, `recipe${recipe.index}.ts`);
    writeFileSync(file, recipe.text);
    const { default: given } = await import(file);
    const { streams, views } = pipelineDefinition(given, file);
    const bench = await PipelineTest.start(given, { startAt: '2026-03-01T13:00:00Z' });
    const [stream] = streams;
    const events = Array.from({ length: 60 }, (_, n) => eventOf(stream as StreamDefinition, n));
    await bench.give((stream as StreamDefinition).name, events);
    await bench.end();
    expect(await bench.deadLetters()).toEqual([]);
    for (const { name } of views)
      expect({ name, rows: (await bench.rows(name)).length }).not.toEqual({ name, rows: 0 });
  },
);

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

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly patternProperties?: object;
}

/** The nth event: texts and choices take turns, numbers rise, and one event comes every half minute. */
function eventOf({ schema, eventTime }: StreamDefinition, n: number): object {
  const at = new Date(START_MS + n * 30_000).toISOString();
  return { ...(exampleOf('', schema as unknown as Schema, n) as object), [eventTime]: at };
}

function exampleOf(
  name: string,
  { type, enum: choices, properties, items, patternProperties }: Schema,
  n: number,
): unknown {
  if (choices !== undefined) return choices[n % choices.length];
  if (items !== undefined) return [exampleOf(name, items, n), exampleOf(name, items, n + 1)];
  if (patternProperties !== undefined) return { [`${name}-${n % 4}`]: `${n}` };
  if (properties === undefined) return type === 'string' ? `${name}-${n % 4}` : 200 + n;
  return Object.fromEntries(Object.entries(properties).map(([inner, schema]) => [inner, exampleOf(inner, schema, n)]));
}

test('there are eleven', () => {
  expect(RECIPES).toHaveLength(11);
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

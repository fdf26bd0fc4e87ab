import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import {
  SOURCE_TRAITS,
  type SourceDefinition,
  sourceLabel,
  streamNames,
} from '../../../engine/ir/source-definition.ts';
import type { ViewDefinition } from '../../../engine/ir/view-definition.ts';
import { canRevise, SOURCES, sourceWords } from '../../../engine/sources/registry.ts';
import { duckdb } from '../../../engine/sql/duckdb.ts';
import { viewStatement } from '../../../engine/sql/view-statement.ts';
import { docBlocks, standalone } from '../../support/doc-blocks.ts';
import { SmallWorld } from '../../support/small-world.ts';

/** The worked example of docs/architecture.md: a kind of source of two files, and a line in each registry. */
const ROOT = resolve(__dirname, '../../..');
mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
const dir = mkdtempSync(join(ROOT, '.streamgauge', 'new-source-'));

function fromPage(file: string, name: string): Record<string, unknown> {
  const block = docBlocks('docs/architecture.md').find((candidate) => candidate.file === file);
  if (block === undefined) throw new Error(`docs/architecture.md has no block that is ${file}.`);
  writeFileSync(join(dir, name), standalone(block));
  return require(join(dir, name));
}

const { settledTraits } = fromPage('engine/ir/settled-source.ts', 'traits.ts');
const { settledSource } = fromPage('engine/sources/settled-source.ts', 'source.ts');

beforeAll(() => {
  Object.assign(SOURCE_TRAITS, { settled: settledTraits });
  Object.assign(SOURCES, { settled: settledSource });
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const base = view('base', events)
  .window(tumbling('10 seconds'), { allowedLateness: '1 minute' })
  .groupBy('key')
  .aggregate(() => ({ n: count() }));
const over = (name: 'prompt' | 'patient') =>
  view(name, base)
    .window(tumbling('30 seconds'))
    .aggregate((row) => ({ n: sum(row.n) }));

/** `prompt` takes the rows of `base` as they are final, and `patient` once they are settled. */
function worldOfBoth(): SmallWorld {
  const definition = pipelineDefinition(pipeline('p', [base, over('prompt'), over('patient')]), 'the test');
  const views = definition.views.map((each) => (each.name === 'patient' ? onceSettled(each) : each));
  return new SmallWorld({ ...definition, views });
}

function onceSettled(definition: ViewDefinition): ViewDefinition {
  const source = { ...definition.source, kind: 'settled' } as unknown as SourceDefinition;
  return { ...definition, source };
}

test('a view of such rows is final when they are settled, and never revised', async () => {
  const world = worldOfBoth();
  const take = async (...seconds: readonly number[]) => {
    await world.take(seconds.map((at) => ({ key: 'a', at })));
    await world.finalizeAll();
  };
  const shown = async (name: string) =>
    (await world.rows(name)).map(({ window_start, n, revision }) => [String(window_start).slice(14, 19), n, revision]);
  await take(1, 11, 21, 31, 45);
  expect([await shown('prompt'), await shown('patient')]).toEqual([[['00:00', 3, 1]], []]);
  await take(2);
  expect([await shown('prompt'), await shown('patient')]).toEqual([[['00:00', 4, 2]], []]);
  await take(95);
  expect([await shown('prompt'), await shown('patient')]).toEqual([
    [
      ['00:00', 4, 2],
      ['00:30', 2, 1],
    ],
    [['00:00', 4, 1]],
  ]);
  await world.end();
  expect(await shown('patient')).toEqual([
    ['00:00', 4, 1],
    ['00:30', 2, 1],
    ['01:30', 1, 1],
  ]);
});

test('all that asks a source is answered by its two entries', () => {
  const [plan, other] = [worldOfBoth().view('patient'), worldOfBoth().view('prompt')];
  const { source } = plan.definition;
  expect(sourceWords(source)).toBe('the settled rows of view base');
  expect(sourceLabel(source)).toBe("view 'base'");
  expect(streamNames(plan.definition)).toBe('events');
  expect([canRevise(plan), canRevise(other)]).toEqual([false, true]);
  expect(plan.key.split('@')[1]).not.toBe(other.key.split('@')[1]);
  const statement = viewStatement(plan.definition, { dialect: duckdb, source: () => 'lake' });
  expect(statement).toContain('-- View patient of the settled rows of view base in DuckDB SQL');
  expect(statement).toContain('"window_end" - 1 AS "row time"');
  expect(statement).toContain("what comes after the watermark has passed the window's end + 1 minute;");
});

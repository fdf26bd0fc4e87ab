import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { type PipelineDefinition, pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePart, planOf } from '../../engine/plan/plan.ts';
import { compileEvents } from '../../engine/plan/stream-events.ts';
import { namedKinds } from '../../lib/named-kinds.ts';

/** What a plan has asked the registries for, as `folder name`. */
const mockAsked = new Set<string>();

/** A registry that notes what it is asked for. */
function mockNoted(folder: string, nameOf: (of: { readonly kind: string; readonly name: string }) => string) {
  const registry = jest.requireActual<Record<string, unknown>>(`../../engine/${folder}/registry.ts`);
  const noted = Object.entries(registry).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value];
    const note = (of: { readonly kind: string; readonly name: string }, ...others: unknown[]) => {
      mockAsked.add(`${folder} ${nameOf(of)}`);
      return value(of, ...others);
    };
    return [name, note];
  });
  return Object.fromEntries(noted);
}

jest.mock('../../engine/aggregates/registry.ts', () => mockNoted('aggregates', ({ kind }) => kind));
jest.mock('../../engine/formats/registry.ts', () => mockNoted('formats', ({ kind }) => kind));
jest.mock('../../engine/functions/registry.ts', () => mockNoted('functions', ({ name }) => name));
jest.mock('../../engine/row-operators/registry.ts', () => mockNoted('row-operators', ({ kind }) => kind));

const ROOT = join(__dirname, '../..');
const files = ['pipelines/*.ts', 'templates/*/pipeline.ts', 'test/goldens/*/pipeline.ts']
  .flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
  .filter((file) => !existsSync(join(ROOT, file, '../expected/error.txt')))
  .sort();

async function definitionIn(file: string): Promise<PipelineDefinition> {
  const { default: exported } = (await import(join(ROOT, file))) as { readonly default: unknown };
  return pipelineDefinition(exported, file);
}

function namesOf(definition: PipelineDefinition): string[] {
  return [...namedKinds(definition)].flatMap(([module, text]) => {
    const names = JSON.parse(`[${/\{ (.*) \}/.exec(text)?.[1] ?? ''}]`) as string[];
    return names.map((name) => `${module.slice('#kinds/'.length)} ${name}`);
  });
}

test.each(files)('all that the plan of %s asks for is named', async (file) => {
  const definition = await definitionIn(file);
  mockAsked.clear();
  const plan = planOf(definition, [0, 0], compileEvents);
  for (const part of ['columns', 'validation', 'rows'] as const) compilePart(plan, part);
  expect(mockAsked.size).toBeGreaterThan(0);
  for (const { source, window } of plan.finalized.map((view) => view.definition)) {
    if (source.kind === 'join' || source.kind === 'pattern') mockAsked.add(`plan ${source.kind}`);
    mockAsked.add(`windows ${window.kind}`).add(`finalize ${window.kind}`);
  }
  expect(namesOf(definition)).toEqual(expect.arrayContaining([...mockAsked]));
});

test('of all pipelines, few kinds are left out', async () => {
  const named = new Set((await Promise.all(files.map(definitionIn))).flatMap(namesOf));
  expect(files.length).toBeGreaterThan(60);
  expect(named.size).toBeGreaterThan(40);
});

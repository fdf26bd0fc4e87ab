import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { memoryStores } from '../../adapters/memory/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { runFiles } from '../../runtime/file-run.ts';

/** The lines of an example's file. */
export function exampleLines(path: string): string[] {
  const bytes = readFileSync(join(__dirname, '../../examples', path));
  return gunzipSync(bytes).toString('utf8').trim().split('\n');
}

/** The rows of each view of a pipeline over some lines: those of its only stream, or of each by name. */
export async function runExample(
  exported: unknown,
  lines: readonly string[] | Readonly<Record<string, readonly string[]>>,
): Promise<(view: string) => Record<string, unknown>[]> {
  const plan = compilePipeline(pipelineDefinition(exported, 'the example'));
  const dir = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    const inputs = new Map(
      plan.streams.map(({ name }) => {
        const ofStream = 'length' in lines ? (lines as readonly string[]) : (lines[name] ?? []);
        const input = join(dir, `${name}.input.jsonl`);
        writeFileSync(input, `${ofStream.join('\n')}\n`);
        return [name, [input]];
      }),
    );
    await runFiles({
      plan,
      inputs,
      outDir: dir,
      shards: 2,
      batch: 500,
      flush: true,
      stores: memoryStores(systemClock),
    });
    const rows = plan.views.map(({ name }) => {
      const text = readFileSync(join(dir, `${name}.jsonl`), 'utf8').trim();
      return [name, text === '' ? [] : text.split('\n').map((line) => JSON.parse(line))] as const;
    });
    const byView = new Map<string, Record<string, unknown>[]>(rows);
    return (view) => byView.get(view) ?? [];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

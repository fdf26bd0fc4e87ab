import { compilePipeline } from '../../../engine/plan/plan.ts';
import { loadPipeline } from '../../../runtime/load-pipeline.ts';
import { parseArguments, positionals } from '../../cli/arguments.ts';
import { type CommandIo, EXIT_FAILURE, EXIT_OK } from '../../cli/command.ts';
import { openStore, STORE_OPTIONS } from './open-store.ts';
import { recordJson, writeRecord } from './render.ts';

export const SHOW_OPTIONS = { ...STORE_OPTIONS, json: { type: 'boolean' } } as const;

export async function showKept(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals: given } = parseArguments('dead-letters', args, SHOW_OPTIONS);
  const { PIPELINE, ID } = positionals('dead-letters', given, ['PIPELINE', 'ID']);
  const { store, close } = await openStore(values, compilePipeline(await loadPipeline(PIPELINE)));
  try {
    const record = await store.get(ID);
    if (record === null) {
      io.stderr.write(`streamgauge: Nothing is kept under the id '${ID}'. streamgauge dead-letters list shows ids.\n`);
      return EXIT_FAILURE;
    }
    if (values.json) io.stdout.write(`${JSON.stringify(recordJson(record, true))}\n`);
    else writeRecord(io, record);
    return EXIT_OK;
  } finally {
    close();
  }
}

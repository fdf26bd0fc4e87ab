import { systemClock } from '../../../adapters/system-clock.ts';
import { compilePipeline } from '../../../engine/plan/plan.ts';
import { SIDE_OUTPUT_KINDS } from '../../../engine/ports/dead-letter-store.ts';
import { loadPipeline } from '../../../runtime/load-pipeline.ts';
import { parseArguments, positionals, wholeNumber } from '../../cli/arguments.ts';
import { type CommandIo, EXIT_OK } from '../../cli/command.ts';
import { openStore, STORE_OPTIONS } from './open-store.ts';
import { FILTER_OPTIONS, parseFilters } from './options.ts';
import { recordJson, writeLine, writeTable } from './render.ts';

export const LIST_OPTIONS = {
  ...STORE_OPTIONS,
  ...FILTER_OPTIONS,
  after: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export async function listKept(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals: given } = parseArguments('dead-letters', args, LIST_OPTIONS);
  const { PIPELINE } = positionals('dead-letters', given, ['PIPELINE']);
  const limit = wholeNumber(values.limit, '--limit', 50, 1, 10_000);
  const plan = compilePipeline(await loadPipeline(PIPELINE));
  const filters = parseFilters(values, plan, SIDE_OUTPUT_KINDS, systemClock.nowMs());
  const { store, close } = await openStore(values, plan);
  try {
    const { records, cursor } = await store.list({ ...filters, after: values.after, limit });
    if (values.json) {
      for (const record of records) io.stdout.write(`${JSON.stringify(recordJson(record, false))}\n`);
      return EXIT_OK;
    }
    if (records.length === 0) io.stdout.write('Nothing is kept that matches.\n');
    else writeTable(io, records);
    if (cursor !== null) writeLine(io, [{ text: `There may be more: add --after ${cursor}`, style: 'faint' }], false);
    return EXIT_OK;
  } finally {
    close();
  }
}

import { openEmbedded } from '../../adapters/embedded/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { runFiles } from '../../runtime/file-run.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { mortalStores } from '../support/mortal-stores.ts';

/**
 * A run over files that kills its own process, with SIGKILL, at a given write to its store: before the write is made or
 * after. Started again with the same store, it goes on. Nothing is cleaned up on the way out, as when the power fails.
 *
 * node test/e2e/run-and-die.ts PIPELINE STREAM=FILE OUT STORE SHARDS BATCH DIE_AT before|after
 */
const [
  pipelineFile = '',
  input = '',
  outDir = '',
  storePath = '',
  shards = '1',
  batch = '1',
  dieAt = '0',
  when = 'before',
] = process.argv.slice(2);
const [stream = '', file = ''] = input.split('=');

let writes = 0;

async function mortal<T>(write: () => Promise<T>): Promise<T> {
  const number = ++writes;
  if (number === Number(dieAt) && when === 'before') process.kill(process.pid, 'SIGKILL');
  const result = await write();
  if (number === Number(dieAt) && when === 'after') process.kill(process.pid, 'SIGKILL');
  return result;
}

const embedded = openEmbedded(storePath, systemClock);
const stores = mortalStores(embedded, mortal);

const plan = compilePipeline(await loadPipeline(pipelineFile));
const inputs = new Map([[stream, [file]]]);
const summary = await runFiles({
  plan,
  inputs,
  outDir,
  shards: Number(shards),
  batch: Number(batch),
  flush: true,
  stores,
});
process.stdout.write(JSON.stringify({ writes, counters: summary.counters }));
embedded.close();

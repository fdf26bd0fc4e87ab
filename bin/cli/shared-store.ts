import { existsSync } from 'node:fs';
import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import { UsageError } from './command.ts';
import { defaultStorePath } from './store-path.ts';

/** Opens a pipeline's store beside a process that may run the pipeline on it, but not while the store is being deleted. */
export async function openSharedStore(
  path: string | undefined,
  plan: Pick<PipelinePlan, 'name'>,
): Promise<EmbeddedStores> {
  const file = path ?? defaultStorePath(plan);
  if (!existsSync(file)) {
    throw new UsageError(
      `There is no store ${file}. Name one with --store, or run streamgauge dev; for the deployed pipeline, give --aws.`,
    );
  }
  const { openEmbedded, StoreLock } = await import('../../adapters/embedded/index.ts');
  const lock = StoreLock.take(file, 'share');
  try {
    const stores = openEmbedded(file, systemClock);
    const close = () => {
      stores.close();
      lock.release();
    };
    return { ...stores, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

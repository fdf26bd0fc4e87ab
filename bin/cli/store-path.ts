import type { PipelinePlan } from '../../engine/plan/plan.ts';
import { UsageError } from './command.ts';

/** Where `dev` keeps a pipeline's state, and other commands look for it. */
export function defaultStorePath({ name }: Pick<PipelinePlan, 'name'>): string {
  return `.streamgauge/${name}.db`;
}

/** A store that is to outlast the process: SQLite takes these names for a database in memory, or for a URI. */
export function lastingStorePath(path: string): string {
  if (/^(:|file:)/.test(path)) {
    throw new UsageError(`--store is '${path}', and must be the path of a file: the state would go with the process.`);
  }
  return path;
}

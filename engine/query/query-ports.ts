import type { ResultStore } from '../ports/result-store.ts';
import type { OpenWindowPorts } from './open-windows.ts';

/** What questions about rows are answered from: stored rows, and the state of windows that are open. */
export interface QueryPorts extends OpenWindowPorts {
  readonly results: Pick<ResultStore, 'windows' | 'latest'>;
}

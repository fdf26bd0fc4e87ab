import type { Pipeline } from '../engine/dsl/pipeline.ts';
import { Client } from './client.ts';
import type { ClientOptions } from './transport.ts';

/** What a program imports to ask a pipeline's API. It runs in Node, in browsers and in Lambdas. */
export type { Incident, IncidentsAnswer } from '../api/schemas/alerts.ts';
export type { Problem } from '../api/schemas/common.ts';
export type { Overview } from '../api/schemas/overview.ts';
export type { PipelineDescription } from '../api/schemas/pipeline.ts';
export type { AnomaliesQuestion, Client, IncidentsQuestion, LiveOptions } from './client.ts';
export { ApiError, ConnectionError } from './errors.ts';
export type { ClientOptions } from './transport.ts';
export type {
  Page,
  Range,
  Series,
  SeriesQuestion,
  Top,
  TopQuestion,
  ViewClient,
  WindowsQuestion,
} from './view-client.ts';

/**
 * A client that knows the views of a pipeline, their groups and their columns. It takes the pipeline as a type alone, so
 * that nothing of the definition is loaded.
 *
 * @example
 * import type pipeline from '../pipelines/weblog.ts';
 * const client = createClient<typeof pipeline>({ url: 'http://127.0.0.1:8787' });
 * const { rows } = await client.view('traffic_5min').windows({ from: '2026-01-01' });
 */
export function createClient<P extends Pipeline>(options: ClientOptions): Client<P> {
  return new Client<P>(options);
}

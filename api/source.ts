import type { PipelinePlan } from '../engine/plan/plan.ts';
import type { AlertMessage } from '../engine/ports/alert-sink.ts';
import type { DeadLetterStore } from '../engine/ports/dead-letter-store.ts';
import type { OpenIncident } from '../engine/query/open-incidents.ts';
import type { QueryPorts } from '../engine/query/query-ports.ts';
import type { Overview } from './schemas/overview.ts';
import type { PipelineDescription } from './schemas/pipeline.ts';
import type { Input } from './schemas/streams.ts';

/** What the API answers from, on one machine as in a Lambda. The definition can change while it runs. */
export interface ApiSource {
  readonly plan: PipelinePlan;
  readonly ports: QueryPorts;
  /** With `redrive` where `allowed.redrive`. */
  readonly sideOutputs: Pick<DeadLetterStore, 'list' | 'get'> & Partial<Pick<DeadLetterStore, 'redrive'>>;
  readonly runsOn: PipelineDescription['runs_on'];
  readonly allowed: PipelineDescription['allowed'];
  /** Changes with the files of the page; empty where none is served. */
  readonly pageBuild: string;
  nowMs(): number;
  /** All that moves each second, bounded. */
  overview(): Promise<Overview>;
  /** Of one stream, what only those know who run it: records that wait by shard, and what fills it. */
  feedsOf?(
    stream: string,
  ): Promise<{ readonly waiting: ReadonlyMap<string, number>; readonly inputs: readonly Input[] }>;
  /** Incidents that are on, those of long ago first. */
  incidents(): Promise<readonly OpenIncident[]>;
  /** Messages about alerts that this process remembers: outboxes forget what all channels have had. */
  told?(): readonly AlertMessage[];
}

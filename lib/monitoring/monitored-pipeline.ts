import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { PipelineFunction } from '../pipeline-function.ts';
import type { PipelineSettings } from '../settings.ts';

/** What there is of a pipeline to be looked at. */
export interface MonitoredPipeline {
  /** The dimension `pipeline` of its own metrics, and how names of alarms and dashboard begin: unique in account and region. */
  readonly metricsName: string;
  readonly definition: PipelineDefinition;
  readonly settings: PipelineSettings;
  readonly encryptionKey: Key | null;
  /** By the pipeline's names. */
  readonly streams: ReadonlyMap<string, Stream>;
  readonly stateTable: Table;
  readonly resultsTable: Table;
  readonly finalizeQueue: Queue;
  readonly finalizeDeadLetters: Queue;
  readonly discardFailures: Queue;
  readonly functions: Readonly<
    Record<'aggregate' | 'finalize' | 'sweep' | 'discard', PipelineFunction> &
      Partial<Record<'bronze' | 'ingest', PipelineFunction>>
  >;
  /** Names of Firehose streams by what they carry, where the pipeline has some. */
  readonly deliveryStreams?: ReadonlyMap<string, string>;
}

import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { PipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { PipelineFunction } from '../pipeline-function.ts';
import type { PipelineSettings } from '../settings.ts';

/** The parts of a pipeline to monitor. */
export interface MonitoredPipeline {
  /**
   * The dimension `pipeline` of its own metrics, and the prefix of its alarms and dashboard. Unique in account and
   * region.
   */
  readonly metricsName: string;
  readonly definition: PipelineDefinition;
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
  /** By the pipeline's names. */
  readonly streams: ReadonlyMap<string, IStream>;
  readonly stateTable: Table;
  readonly resultsTable: Table;
  readonly finalizeQueue: Queue;
  readonly finalizeDeadLetters: Queue;
  /** Of early looks; null where no alert is early. */
  readonly lookQueue: Queue | null;
  readonly discardFailures: Queue;
  readonly functions: Readonly<
    Record<'aggregate' | 'finalize' | 'sweep' | 'discard', PipelineFunction> &
      Partial<Record<'bronze' | 'ingest' | 'api', PipelineFunction>>
  >;
  /** Names of Firehose streams, by the stream that they carry. */
  readonly deliveryStreams?: ReadonlyMap<string, string>;
}

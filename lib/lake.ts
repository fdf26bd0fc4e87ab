import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogStream } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { PipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { BronzeBucket } from './bronze-bucket.ts';
import { BronzeDelivery } from './bronze-delivery.ts';
import { BronzeFunction } from './bronze-function.ts';
import { LakeCatalog } from './lake-catalog.ts';
import { LakeQueries } from './lake-queries.ts';
import { createLogGroup } from './log-group.ts';
import type { PipelineFunctionProps } from './pipeline-function.ts';
import { removalPolicyOf } from './removal.ts';
import type { PipelineSettings } from './settings.ts';

export interface LakeProps extends Pick<PipelineFunctionProps, 'pipelineCode' | 'variables'> {
  readonly pipeline: PipelineDefinition;
  /** By the pipeline's names. */
  readonly streams: ReadonlyMap<string, IStream>;
  readonly settings: PipelineSettings;
  readonly encryptionKey: IKey | null;
}

/**
 * The cold path: a bucket with every event of every stream, as it came and with its position, and SQL over all of them.
 *
 *     Kinesis stream ─► Firehose ─► bronze function ─► bucket ◄─ Glue table ◄─ Athena
 */
export class Lake extends Construct {
  readonly bronze: BronzeBucket;
  readonly transform: BronzeFunction;
  readonly deliveries: ReadonlyMap<string, BronzeDelivery>;
  /** Null where the setting `catalog` is off. */
  readonly catalog: LakeCatalog | null;
  readonly queries: LakeQueries | null;

  constructor(scope: Construct, id: string, props: LakeProps) {
    super(scope, id);
    const { pipeline, streams, settings, encryptionKey } = props;
    this.bronze = new BronzeBucket(this, 'Bronze', { settings, encryptionKey });
    this.transform = new BronzeFunction(this, 'Transform', props);
    const logGroup = createLogGroup(this, 'DeliveryLogs', settings, encryptionKey);
    const log = new LogStream(this, 'DeliveryLog', {
      logGroup,
      logStreamName: 'deliveries',
      removalPolicy: removalPolicyOf(settings),
    });
    const { bronze } = this;
    const common = { bronze, transform: this.transform.fn, logGroup, log, settings };
    this.deliveries = new Map(
      [...streams].map(([name, stream]) => [
        name,
        new BronzeDelivery(this, `Deliver-${name}`, { ...common, name, stream }),
      ]),
    );
    if (!settings.catalog) {
      this.catalog = null;
      this.queries = null;
      return;
    }
    const { name: pipelineName, streams: definitions, views } = pipeline;
    this.catalog = new LakeCatalog(this, 'Catalog', { pipelineName, streams: definitions, bronze, settings });
    this.queries = new LakeQueries(this, 'Queries', { catalog: this.catalog, views, bronze, settings });
  }
}

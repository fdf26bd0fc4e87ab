import { resolve } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Pipeline } from '../engine/dsl/pipeline.ts';
import { type PipelineDefinition, pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../engine/plan/plan.ts';
import { deployedViews } from '../engine/protocol/deployed-definitions.ts';
import { lookEveryMs } from '../engine/protocol/looks.ts';
import { AggregateFunction } from './aggregate-function.ts';
import { AlertChannels } from './alert-channels.ts';
import { completeSettings } from './complete-settings.ts';
import { DefinitionGuard } from './definition-guard.ts';
import { DiscardFunction } from './discard-function.ts';
import { EventStream } from './event-stream.ts';
import { FinalizeFunction } from './finalize-function.ts';
import { FinalizeQueue } from './finalize-queue.ts';
import { pipelineCode } from './function-code.ts';
import { IngestEndpoint } from './ingest-endpoint.ts';
import { Lake } from './lake.ts';
import { LookQueue } from './look-queue.ts';
import type { MonitoredPipeline } from './monitoring/monitored-pipeline.ts';
import { PipelineMonitoring } from './monitoring/pipeline-monitoring.ts';
import { uniqueName } from './names.ts';
import { PagesBucket } from './pages-bucket.ts';
import type { Variables } from './pipeline-function.ts';
import { pipelineKey } from './pipeline-key.ts';
import { grantProduce, letProducersPut, ProducerPolicy } from './producer-access.ts';
import { QueryApi } from './query-api.ts';
import { grantRead } from './read-access.ts';
import { tooManyResources } from './resource-limit.ts';
import { ResultsTable } from './results-table.ts';
import type { PipelineSettings } from './settings.ts';
import { SideOutputBucket } from './side-output-bucket.ts';
import { SilencePolicy } from './silence-policy.ts';
import { startsAtSeconds } from './starting-position.ts';
import { StateTable } from './state-table.ts';
import { checkAgainstStreams, unknownStream } from './stream-settings.ts';
import { SweepFunction } from './sweep-function.ts';

export interface StreamgaugePipelineProps {
  /** What `pipeline(…)` gives, the default export of the pipeline file. */
  readonly definition: Pipeline;
  /** Path of the pipeline file. Every function's bundle contains what it defines. */
  readonly entry: string;
  /** [Settings of the deployment](#deployment). Those that are not set have their defaults. */
  readonly settings?: Partial<PipelineSettings>;
}

/**
 * A pipeline on AWS: a Kinesis stream for each of its streams, and everything that turns events into result rows.
 *
 * @example
 * import clicks from './pipelines/clickstream.ts';
 * new StreamgaugePipeline(this, 'Clicks', {
 *   definition: clicks,
 *   entry: 'pipelines/clickstream.ts',
 *   settings: { shards: 4 },
 * });
 */
export class StreamgaugePipeline extends Construct {
  /** By the pipeline's names. */
  readonly streams: ReadonlyMap<string, IStream>;
  readonly stateTable: StateTable;
  readonly resultsTable: ResultsTable;
  readonly pages: PagesBucket;
  readonly finalizeQueue: FinalizeQueue;
  readonly sideOutputs: SideOutputBucket;
  readonly alertChannels: AlertChannels;
  /** Null where no alert is early. */
  readonly lookQueue: LookQueue | null;
  /** Null without alerts. */
  readonly silencePolicy: SilencePolicy | null;
  readonly definitionGuard: DefinitionGuard;
  readonly aggregate: AggregateFunction;
  readonly finalize: FinalizeFunction;
  readonly sweep: SweepFunction;
  readonly discard: DiscardFunction;
  /** Null unless the setting `ingest` asks for it. */
  readonly ingest: IngestEndpoint | null;
  /** Null unless the setting `api` or `page` asks for it. */
  readonly api: QueryApi | null;
  /** By the pipeline's names of streams. */
  readonly producerPolicies: ReadonlyMap<string, ProducerPolicy>;
  /** Null where the setting `lake` is off. */
  readonly lake: Lake | null;
  /** Null where the setting `monitoring` turns it off. */
  readonly monitoring: PipelineMonitoring | null;
  readonly #encryptionKey: IKey | null;

  constructor(scope: Construct, id: string, { definition, entry, settings: given = {} }: StreamgaugePipelineProps) {
    super(scope, id);
    const pipeline = pipelineDefinition(definition, entry);
    const settings = completeSettings(given);
    checkAgainstStreams(settings, pipeline);
    const encryptionKey = pipelineKey(this, pipeline.name, settings);
    this.#encryptionKey = encryptionKey;
    const common = { settings, encryptionKey };
    this.streams = new Map(
      pipeline.streams.map(({ name }) => [
        name,
        new EventStream(this, `Stream-${name}`, { ...common, existing: settings.streams[name] }).stream,
      ]),
    );
    this.stateTable = new StateTable(this, 'State', common);
    this.resultsTable = new ResultsTable(this, 'Results', common);
    this.pages = new PagesBucket(this, 'Pages', common);
    this.finalizeQueue = new FinalizeQueue(this, 'FinalizeQueue', common);
    this.sideOutputs = new SideOutputBucket(this, 'SideOutputs', common);

    const dashboardName = settings.monitoring ? this.#metricsName : null;
    this.alertChannels = new AlertChannels(this, 'Alerts', { ...common, pipeline, dashboardName });
    const hasAlerts = pipeline.views.some(({ alerts }) => alerts.length > 0);
    this.silencePolicy = hasAlerts
      ? new SilencePolicy(this, 'Silence', { encryptionKey, stateTable: this.stateTable.table })
      : null;
    const isEarly = pipeline.views.some((view) => lookEveryMs(view) !== null);
    this.lookQueue = isEarly ? new LookQueue(this, 'LookQueue', common) : null;

    const resources = {
      ...common,
      pipelineCode: pipelineCode(pipeline, resolve(entry)),
      streams: this.streams,
      stateTable: this.stateTable.table,
      resultsTable: this.resultsTable.table,
      pagesBucket: this.pages.bucket,
      finalizeQueue: this.finalizeQueue.queue,
      bucket: this.sideOutputs.bucket,
      sideOutputs: this.sideOutputs,
      alertChannels: this.alertChannels,
      variables: this.#variables(settings),
    };
    const views = deployedViews(compilePipeline(pipeline));
    this.definitionGuard = new DefinitionGuard(this, 'Definitions', { ...resources, views });
    this.aggregate = new AggregateFunction(this, 'Aggregate', resources);
    this.finalize = new FinalizeFunction(this, 'Finalize', resources);
    this.sweep = new SweepFunction(this, 'Sweep', resources);
    this.discard = new DiscardFunction(this, 'Discard', resources);
    this.lookQueue?.letSend(this.aggregate, this.sweep);
    this.lookQueue?.handTo(this.finalize);
    this.ingest = settings.ingest ? new IngestEndpoint(this, 'Ingest', resources) : null;
    this.api = settings.api === null && settings.page === null ? null : new QueryApi(this, 'Api', resources);
    // A refused deployment changes nothing: no function gets its new code.
    for (const later of [this.aggregate, this.finalize, this.sweep, this.discard, this.api?.function]) {
      later?.node.addDependency(this.definitionGuard.views);
    }
    this.lake = settings.lake ? new Lake(this, 'Lake', { ...resources, pipeline }) : null;
    this.producerPolicies = this.#letProducersIn(settings);
    this.monitoring = settings.monitoring ? this.#monitor(pipeline, common) : null;
    // In an app of its user, the stack may hold more than the pipeline: only the whole of it can be counted.
    this.node.addValidation({ validate: () => [tooManyResources(Stack.of(this))].filter((each) => each !== null) });
  }

  /** The environment of the functions. */
  #variables({ monitoring, rowMetrics, ...settings }: PipelineSettings): Variables {
    const seconds = startsAtSeconds(settings);
    const streamNames = [...this.streams].map(([name, stream]) => [name, stream.streamName]);
    return {
      streams: Stack.of(this).toJsonString(Object.fromEntries(streamNames)),
      startsAtSeconds: seconds === null ? null : String(seconds),
      stateTable: this.stateTable.table.tableName,
      resultsTable: this.resultsTable.table.tableName,
      finalizeQueueUrl: this.finalizeQueue.queue.queueUrl,
      bucket: this.sideOutputs.bucket.bucketName,
      pagesBucket: this.pages.bucket.bucketName,
      metricsName: monitoring ? this.#metricsName : null,
      rowMetrics: rowMetrics ? 'true' : null,
      ...this.alertChannels.variables,
      ...this.lookQueue?.variables,
    };
  }

  /** As unique as stacks are, so that two deployments of one pipeline keep their figures apart. */
  get #metricsName(): string {
    return uniqueName(this, 80);
  }

  #monitor(
    definition: PipelineDefinition,
    common: Pick<MonitoredPipeline, 'settings' | 'encryptionKey'>,
  ): PipelineMonitoring {
    return new PipelineMonitoring(this, 'Monitoring', {
      ...common,
      metricsName: this.#metricsName,
      definition,
      streams: this.streams,
      stateTable: this.stateTable.table,
      resultsTable: this.resultsTable.table,
      finalizeQueue: this.finalizeQueue.queue,
      finalizeDeadLetters: this.finalizeQueue.deadLetterQueue,
      lookQueue: this.lookQueue?.queue ?? null,
      discardFailures: this.discard.failures,
      functions: {
        aggregate: this.aggregate,
        finalize: this.finalize,
        sweep: this.sweep,
        discard: this.discard,
        ...(this.lake !== null && { bronze: this.lake.transform }),
        ...(this.ingest !== null && { ingest: this.ingest.function }),
        ...(this.api !== null && { api: this.api.function }),
      },
      deliveryStreams: new Map(
        [...(this.lake?.deliveries ?? [])].map(([name, { deliveryStream }]) => [name, deliveryStream.ref]),
      ),
    });
  }

  /**
   * Lets a role or user put to one stream, and to no other.
   *
   * @example pipeline.grantProduce('clicks', webServer.role);
   */
  grantProduce(stream: string, grantee: IGrantable): Grant {
    const found = this.streams.get(stream);
    if (found === undefined) throw unknownStream('grantProduce', stream, [...this.streams.keys()]);
    return grantProduce(found, grantee);
  }

  /**
   * Lets a role or user read rows, open windows, late events and dead letters, with `streamgauge query` say, and change nothing.
   *
   * @example pipeline.grantRead(analysts);
   */
  grantRead(grantee: IGrantable): Grant {
    return grantRead(
      {
        resultsTable: this.resultsTable.table,
        stateTable: this.stateTable.table,
        pagesBucket: this.pages.bucket,
        sideOutputs: this.sideOutputs.bucket,
        encryptionKey: this.#encryptionKey,
      },
      grantee,
    );
  }

  #letProducersIn({ producers }: PipelineSettings): ReadonlyMap<string, ProducerPolicy> {
    const policies = [...this.streams].map(([name, stream]) => {
      letProducersPut(stream, producers[name] ?? []);
      const routeArn = this.ingest?.routeArnOf(name) ?? null;
      return [name, new ProducerPolicy(this, `Producer-${name}`, { name, stream, routeArn })] as const;
    });
    return new Map(policies);
  }
}

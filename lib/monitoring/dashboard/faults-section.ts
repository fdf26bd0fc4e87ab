import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { RESULT_TABLE } from '../../../contracts/tables.ts';
import { alarmThresholds } from '../alarm-thresholds.ts';
import { dynamoDbMetrics } from '../metrics/dynamodb-metrics.ts';
import { kinesisMetrics } from '../metrics/kinesis-metrics.ts';
import { lambdaMetrics } from '../metrics/lambda-metrics.ts';
import { pipelineMetric, streamMetric } from '../metrics/own-metrics.ts';
import { sqsMetrics } from '../metrics/sqs-metrics.ts';
import { streamMath } from '../metrics/stream-math.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { graph, labelled, perStream, type Section } from './widgets.ts';

/** What is wrong? Everything here is nought in a pipeline that is well. */
export function faultsSection(pipeline: MonitoredPipeline): Section {
  const { metricsName, streams, settings, functions, finalizeDeadLetters, discardFailures } = pipeline;
  const names = [...streams.keys()];
  const { errorSharePercent } = alarmThresholds(settings);
  const sums = (metric: Parameters<typeof streamMetric>[2], what: string) => (name: string) => [
    streamMetric(metricsName, name, metric, { statistic: 'Sum', label: labelled(names, name, what) }),
  ];
  const errors = Object.entries(functions).map(([label, fn]) =>
    lambdaMetrics(fn).errors({ label: `${label}: errors` }),
  );
  const stalls = pipelineMetric(metricsName, 'FinalizeStalls', { statistic: 'Sum', label: 'finalize: stalls' });
  return {
    heading:
      '## What is wrong?\nAll of it is nought in a pipeline that is well. Dead letters hold their reason and their bytes, under dead/ in the bucket; discarded batches lie under aws/lambda/.',
    rows: [
      [
        graph('Failed batches and functions, finalizers that stall', {
          width: 6,
          unit: 'a minute',
          left: [...perStream(streams, sums('BatchesFailed', 'batches failed')), ...errors, stalls],
        }),
        graph('Events in no window', {
          width: 6,
          unit: 'events a minute',
          left: [
            ...perStream(streams, sums('EventsDead', 'dead letters')),
            ...perStream(streams, sums('EventsDiscarded', 'discarded')),
            ...perStream(streams, sums('EventsLate', 'late')),
            ...perStream(streams, sums('EventsDuplicate', 'duplicates')),
          ],
        }),
        graph('Dead letters of a hundred events', {
          width: 6,
          unit: '%',
          alarmAt: errorSharePercent,
          left: perStream(streams, (name, id) => [
            streamMath(metricsName, name, id).errorPercent({ label: labelled(names, name, 'dead') }),
          ]),
        }),
        graph('Refused, and put aside', {
          width: 6,
          unit: 'refused a minute',
          left: throttles(pipeline),
          rightUnit: 'messages',
          right: [
            sqsMetrics(finalizeDeadLetters).waiting({ label: 'wake-ups put aside' }),
            sqsMetrics(discardFailures).waiting({ label: 'batches not counted' }),
          ],
        }),
      ],
    ],
  };
}

function throttles({ streams, functions, stateTable, resultsTable }: MonitoredPipeline): IMetric[] {
  const ofStreams = [...streams].flatMap(([name, stream]) => [
    kinesisMetrics(stream).refusedWrites({ label: `${name}: writes` }),
    kinesisMetrics(stream).refusedReads({ label: `${name}: reads` }),
  ]);
  const tables = {
    'state table': dynamoDbMetrics(stateTable),
    'results table': dynamoDbMetrics(resultsTable),
    'results index': dynamoDbMetrics(resultsTable, RESULT_TABLE.index.name),
  };
  return [
    ...ofStreams,
    lambdaMetrics(functions.aggregate).throttles({ label: 'aggregate: calls' }),
    lambdaMetrics(functions.finalize).throttles({ label: 'finalize: calls' }),
    ...Object.entries(tables).flatMap(([name, { refusedWrites, refusedReads }]) => [
      refusedWrites({ label: `${name}: writes` }),
      refusedReads({ label: `${name}: reads` }),
    ]),
  ];
}

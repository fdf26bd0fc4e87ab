import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { RESULT_TABLE } from '../../../contracts/tables.ts';
import type { AlarmThresholds } from '../alarm-thresholds.ts';
import { dynamoDbMetrics } from '../metrics/dynamodb-metrics.ts';
import { kinesisMetrics } from '../metrics/kinesis-metrics.ts';
import { lambdaMetrics } from '../metrics/lambda-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { type AlarmSpec, above } from './alarm-spec.ts';

const period = Duration.minutes(5);

/** Alarms on throttled requests: one for each limit, so that its name says which limit to raise. */
export function throttleAlarms(pipeline: MonitoredPipeline, { throttles }: AlarmThresholds): AlarmSpec[] {
  if (throttles === null) return [];
  return refusals(pipeline).map(([about, metric]) =>
    above({ alarm: 'throttles', about, metric, threshold: throttles, periods: 2 }),
  );
}

function refusals({ streams, functions, stateTable, resultsTable }: MonitoredPipeline): (readonly [string, Metric])[] {
  const ofStreams = [...streams].flatMap(([name, stream]) => {
    const { refusedWrites, refusedReads } = kinesisMetrics(stream);
    return [
      [`${name}-writes`, refusedWrites({ period })] as const,
      [`${name}-reads`, refusedReads({ period })] as const,
    ];
  });
  return [
    ...ofStreams,
    ['aggregate', lambdaMetrics(functions.aggregate).throttles({ period })],
    ['finalize', lambdaMetrics(functions.finalize).throttles({ period })],
    ...ofTables({ stateTable, resultsTable }),
  ];
}

/**
 * DynamoDB counts an index by itself: the metrics of its table say nothing of it, and an index that is full holds up the
 * writes of its table.
 */
function ofTables({ stateTable, resultsTable }: Pick<MonitoredPipeline, 'stateTable' | 'resultsTable'>) {
  const tables = [
    ['state-table', dynamoDbMetrics(stateTable)],
    ['results-table', dynamoDbMetrics(resultsTable)],
    ['results-index', dynamoDbMetrics(resultsTable, RESULT_TABLE.index.name)],
  ] as const;
  return tables.flatMap(([name, { refusedWrites, refusedReads }]) => [
    [`${name}-writes`, refusedWrites({ period })] as const,
    [`${name}-reads`, refusedReads({ period })] as const,
  ]);
}

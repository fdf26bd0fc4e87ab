import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { LIST_PRICES } from '../../../contracts/prices.ts';
import { dollarsPerHour, dollarsPerMillionEvents } from '../metrics/cost-metrics.ts';
import { firehoseMetrics } from '../metrics/firehose-metrics.ts';
import { kinesisMetrics } from '../metrics/kinesis-metrics.ts';
import { lambdaMetrics } from '../metrics/lambda-metrics.ts';
import { streamMetric, viewMetric } from '../metrics/own-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { graph, type Section } from './widgets.ts';

/** What does it cost? An estimate at list prices, and the quantities behind it. */
export function costSection(pipeline: MonitoredPipeline): Section {
  return {
    heading: `## What does it cost?\nAn estimate at list prices of ${LIST_PRICES.region}, as of ${LIST_PRICES.date}, without free allowances and discounts. Not in it: storage, requests of S3 and what the monitoring itself costs (docs/metrics.md). ${firehoseText(pipeline)}`,
    rows: [
      [
        graph('Dollars an hour', {
          unit: '$/h',
          stacked: true,
          period: Duration.hours(1),
          left: [...dollarsPerHour(pipeline)],
        }),
        graph('Dollars for a million events', {
          unit: '$',
          period: Duration.hours(1),
          left: [dollarsPerMillionEvents(pipeline)],
        }),
        graph('Write units', { unit: 'a minute', stacked: true, left: writeUnits(pipeline) }),
      ],
      [
        graph('Lambda', { width: 12, unit: 'GB-seconds a minute', stacked: true, left: gigabyteSeconds(pipeline) }),
        graph('Bytes through the streams', { width: 12, unit: 'bytes a minute', left: bytes(pipeline) }),
      ],
    ],
  };
}

function firehoseText({ deliveryStreams }: MonitoredPipeline): string {
  if (deliveryStreams === undefined || deliveryStreams.size === 0) return '';
  return 'Firehose bills each record as 5 KB at least: where its line is far above the bytes of the stream, pack events together.';
}

/** Split by purpose; the table's own metric has only the sum. */
function writeUnits({ metricsName, streams, definition }: MonitoredPipeline): IMetric[] {
  return [
    ...[...streams.keys()].map((name) =>
      streamMetric(metricsName, name, 'WriteUnits', { statistic: 'Sum', label: `stream ${name}` }),
    ),
    ...definition.views.map(({ name }) =>
      viewMetric(metricsName, name, 'WriteUnits', { statistic: 'Sum', label: `view ${name}` }),
    ),
  ];
}

function gigabyteSeconds({ functions }: MonitoredPipeline): IMetric[] {
  return Object.entries(functions).map(
    ([label, fn], index) =>
      new MathExpression({
        expression: `d${index} * ${fn.memoryMb / 1024} / 1000`,
        usingMetrics: { [`d${index}`]: lambdaMetrics(fn).durationMs() },
        period: Duration.minutes(1),
        label,
      }),
  );
}

function bytes({ streams, deliveryStreams = new Map<string, string>() }: MonitoredPipeline): IMetric[] {
  return [
    ...[...streams].flatMap(([name, stream]) => [
      kinesisMetrics(stream).bytesIn({ label: `${name}: in` }),
      kinesisMetrics(stream).bytesRead({ label: `${name}: read` }),
    ]),
    ...[...deliveryStreams].map(([label, name]) => firehoseMetrics(name).bytesIn({ label: `Firehose ${label}` })),
  ];
}

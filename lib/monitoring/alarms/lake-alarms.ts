import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmThresholds } from '../alarm-thresholds.ts';
import { firehoseMetrics } from '../metrics/firehose-metrics.ts';
import { kinesisMetrics } from '../metrics/kinesis-metrics.ts';
import type { MonitoredPipeline } from '../monitored-pipeline.ts';
import { type AlarmSpec, above } from './alarm-spec.ts';

type LakeParts = Pick<MonitoredPipeline, 'streams' | 'deliveryStreams'>;

/** The alarms of the lake, for what Firehose carries of each stream: that it reads, and that it writes. */
export function lakeAlarms(parts: LakeParts, { bronzeAgeSeconds, bronzeBehindSeconds }: AlarmThresholds): AlarmSpec[] {
  return [...(parts.deliveryStreams ?? [])].flatMap(([about, name]) => {
    const alarms: AlarmSpec[] = [];
    if (bronzeAgeSeconds !== null) {
      const metric = firehoseMetrics(name).oldestSeconds();
      alarms.push(above({ alarm: 'bronzeAgeSeconds', about, metric, threshold: bronzeAgeSeconds, periods: 3 }));
    }
    if (bronzeBehindSeconds !== null) {
      const metric = unread(parts, about, bronzeBehindSeconds);
      alarms.push(above({ alarm: 'bronzeBehindSeconds', about, metric, threshold: 0, periods: 3 }));
    }
    return alarms;
  });
}

/**
 * One where Firehose is too far behind the stream, or reads nothing of what comes. A record that Firehose has not read
 * counts in no other metric of Firehose: its age begins when Firehose has it. And of a stream that it may not read, it
 * does not know how far behind it is.
 */
function unread({ streams, deliveryStreams }: LakeParts, about: string, seconds: number): MathExpression {
  const period = Duration.minutes(5);
  const stream = streams.get(about);
  const { recordsRead, behindMs } = firehoseMetrics(deliveryStreams?.get(about) ?? '');
  return new MathExpression({
    expression: `IF(FILL(behind, 0) > ${seconds * 1000} OR (FILL(incoming, 0) > 0 AND FILL(read, 0) == 0), 1, 0)`,
    usingMetrics: {
      behind: behindMs({ period }),
      read: recordsRead({ period }),
      ...(stream !== undefined && { incoming: kinesisMetrics(stream).recordsIn({ period }) }),
    },
    period,
    label: 'behind, or unread',
  });
}

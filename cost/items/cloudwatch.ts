import { GIB, type Prices } from '../../contracts/prices.ts';
import { ASSUMED } from '../assumed.ts';
import { type CostInput, SECONDS_PER_MONTH } from '../input.ts';
import { type CostItem, itemsOf } from '../item.ts';
import { alarmCount, metricCount } from '../monitoring.ts';
import { FUNCTIONS, type Work } from '../work.ts';

export function cloudWatchItems(input: CostInput, work: Work, prices: Prices): CostItem[] {
  const item = itemsOf('CloudWatch', prices);
  const { metrics, composites } = alarmCount(input);
  const logsGb = logBytes(input, work) / GIB;
  const keptMonths = (input.settings.logDays * 86_400) / SECONDS_PER_MONTH;
  return [
    item('metrics', metricCount(input), 'cloudWatchMetricMonth'),
    item('alarms', metrics, 'cloudWatchAlarmMonth'),
    item('alarm over all alarms', composites, 'cloudWatchCompositeAlarmMonth'),
    item('dashboard', input.settings.monitoring ? 1 : 0, 'cloudWatchDashboardMonth'),
    item('logs', logsGb, 'cloudWatchLogsGb'),
    item('logs kept', logsGb * ASSUMED.logsKeptRatio * keptMonths, 'cloudWatchLogsKeptGbMonth'),
  ];
}

/** The sweep has a line for each stream, endpoints an access log. */
function logBytes({ pipeline }: CostInput, work: Work): number {
  const ofFunctions = FUNCTIONS.reduce((sum, name) => {
    const lines = name === 'sweep' ? pipeline.streams.length : 1;
    return sum + work[name].calls * ASSUMED.logBytesPerCall[name] * lines;
  }, 0);
  return ofFunctions + (work.ingest.calls + work.api.calls) * ASSUMED.accessLogBytes;
}

import { LIST_PRICES } from '../../contracts/prices.ts';
import { costOf } from '../../cost/cost-model.ts';
import { count, pipeline, sns, stream, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { completeSettings } from '../../lib/complete-settings.ts';

const requests = stream('requests', {
  schema: Type.Object({ service: Type.String(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'service',
  maxLateness: '30 seconds',
});

type Window = '1 minute' | '1 hour';
type Early = '2 seconds' | '10 seconds' | '1 minute';

function monthly(window: Window, early: Early | null, groups: number): number {
  const watched = view('watched', requests)
    .window(tumbling(window))
    .groupBy('service')
    .aggregate(() => ({ requests: count() }))
    .alert('many', {
      when: (row) => row.requests.gt(1000),
      severity: 'warning',
      ...(early === null ? {} : { early }),
      to: [sns()],
    });
  const { dollarsPerMonth } = costOf(
    {
      pipeline: pipelineDefinition(pipeline('requests', [watched]), 'the example of early alerts'),
      settings: completeSettings({}),
      eventsPerSecond: 1000,
      eventBytes: 230,
      packing: { kind: 'none' },
      groups,
    },
    LIST_PRICES,
  );
  return dollarsPerMonth;
}

/** What `early` adds to a month of 1,000 events a second, by interval, windows and groups. */
export function earlyLookRows(): string[][] {
  const windows: readonly Window[] = ['1 minute', '1 hour'];
  return windows.flatMap((window) =>
    [10, 1000].map((groups) => [
      window,
      groups.toLocaleString('en-US'),
      ...EARLY.map((early) => (monthly(window, early, groups) - monthly(window, null, groups)).toFixed(2)),
    ]),
  );
}

export const EARLY: readonly Early[] = ['1 minute', '10 seconds', '2 seconds'];

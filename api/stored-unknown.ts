import type { Overview, StreamState, ViewState } from './schemas/overview.ts';

/** What a deployed pipeline does not tell, and who does. */
const UNKNOWN = {
  'streams.waiting':
    'Kinesis does not count records that wait. CloudWatch has how long the oldest waits, as IteratorAge.',
  'streams.processing_delay_ms': 'No commit says when it was made. CloudWatch has the metric CommitLatencyMs.',
  'streams.dead_by_reason': 'Commits count dead events in all. GET /api/events/dead has the reason of each.',
  'views.rows_per_minute': 'No commit counts rows. CloudWatch has the metric RowsWritten.',
  cost: 'The bill is in AWS Cost Explorer. What a rate costs by list prices, streamgauge cost prints.',
} as const;

interface Seen {
  readonly streams: readonly { readonly state: StreamState; readonly hasRate: boolean }[];
  readonly views: readonly { readonly state: ViewState; readonly hasAllRows: boolean }[];
}

/** Why figures of a deployed pipeline are null, or not whole. */
export function unknownOf({ streams, views }: Seen): Overview['unknown'] {
  const { 'streams.dead_by_reason': deadByReason, ...always } = UNKNOWN;
  const has = (figure: 'state_bytes' | 'open_windows') => views.every(({ state }) => state[figure] !== null);
  return {
    ...always,
    ...(streams.some(({ state }) => state.dead_by_reason === null) && { 'streams.dead_by_reason': deadByReason }),
    ...(!streams.every(({ hasRate }) => hasRate) && {
      'streams.events_per_second': 'It is counted from sweep to sweep, and none has counted in the last five minutes.',
    }),
    ...(!has('state_bytes') && {
      'views.state_bytes':
        'A sweep reads the state each quarter of an hour where the stack has metrics, up to 32 MB. None has, or there is more.',
    }),
    ...(!has('open_windows') && {
      'views.open_windows':
        'They are counted with the state. With apiOpenWindows the overview shows the first of them.',
    }),
    ...(!views.every(({ hasAllRows }) => hasAllRows) && {
      'views.rows': 'Rows are counted up to those of the windows that are shown: there are at least as many.',
    }),
  };
}

import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { Card } from '../components/card.tsx';
import { formatFull } from '../format/numbers.ts';
import { formatDuration } from '../format/times.ts';
import { useAnswer } from '../live/answers.ts';
import { liveKey } from '../live/live-key.ts';
import { api } from '../live/store.ts';
import { type Span, spanParameters } from '../pages/span.ts';
import { EmptyRange } from './empty-range.tsx';
import { sessionsOf } from './session-data.ts';
import { SessionTimeline } from './session-timeline.tsx';

/** Sessions that are read at most, the latest first. */
const MOST_SESSIONS = 500;

interface SessionChartProps {
  readonly view: ViewDescription;
  readonly place: string;
  readonly column: Column | null;
  readonly span: Span;
  readonly height: number;
  readonly title?: string;
  readonly end?: ComponentChildren;
}

export function SessionChart({ view, place, column, span, height, title, end }: SessionChartProps) {
  const answer = useAnswer(liveKey(view.name, span), () =>
    api.windows(view.name, { ...spanParameters(span), limit: MOST_SESSIONS, order: 'latest', open: true }),
  );
  const { data, problem, isSlow } = answer.value;
  const sessions = useMemo(
    () => (data === null ? null : sessionsOf(data, view.group_by, column?.name ?? '')),
    [data, column?.name],
  );
  const { gap_ms: gap }: Readonly<Record<string, unknown>> = view.window;
  const by = view.group_by.length === 0 ? '' : ` by ${view.group_by.join(', ')}`;
  const carries = column === null ? '' : `. Bars carry ${column.name}`;
  return (
    <Card
      view={view}
      place={place}
      what={`sessions${by}, gap ${typeof gap === 'number' ? formatDuration(gap) : 'not known'}${carries}`}
      problem={problem}
      isSlow={isSlow}
      end={end}
      {...(title !== undefined && { title })}
    >
      {sessions !== null && sessions.lanes.length > 0 ? (
        <>
          <SessionTimeline sessions={sessions} column={column} height={height} />
          {data?.cursor != null && <p class="what">the latest {formatFull(MOST_SESSIONS)} sessions of the range</p>}
        </>
      ) : (
        <EmptyRange view={view} span={span} isWaiting={data === null} height={height} />
      )}
    </Card>
  );
}

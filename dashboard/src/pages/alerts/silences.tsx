import { useState } from 'preact/hooks';
import type { Silence } from '../../../../api/schemas/alerts.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemBox } from '../../components/problem-box.tsx';
import { formatFull } from '../../format/numbers.ts';
import { formatClock, formatDate } from '../../format/times.ts';
import { useAnswer } from '../../live/answers.ts';
import { api, overview, zone } from '../../live/store.ts';

/** How many silences there are, and behind a click which. */
export function Silences() {
  const [isOpen, open] = useState(false);
  const count = overview.value?.silences ?? 0;
  return (
    <>
      <button type="button" class="button" onClick={() => open(true)}>
        {formatFull(count)} {count === 1 ? 'silence' : 'silences'}
      </button>
      {isOpen && (
        <Dialog title="Silences" onClose={() => open(false)}>
          <List count={count} />
        </Dialog>
      )}
    </>
  );
}

function List({ count }: { readonly count: number }) {
  const { data, problem } = useAnswer(`silences ${count}`, () => api.silences()).value;
  return (
    <>
      <p class="sentence">
        While one holds, its alerts are not sent. They open and end as always, and are listed here. The command{' '}
        <code>streamgauge silence</code> begins one.
      </p>
      {problem !== null && <ProblemBox problem={problem} />}
      <ul class="silences">
        {(data?.silences ?? []).map((silence) => (
          <li key={silence.name}>
            <b>
              <bdi>{subjectOf(silence)}</bdi>
            </b>
            <span>
              from {formatDate(silence.from, zone.value)} {formatClock(silence.from, zone.value)} until{' '}
              {formatDate(silence.to, zone.value)} {formatClock(silence.to, zone.value)}
            </span>
          </li>
        ))}
      </ul>
      {data !== null && data.silences.length === 0 && <p>There are none.</p>}
    </>
  );
}

function subjectOf({ alert, view, group }: Silence): string {
  const of = Object.entries(group).map(([field, value]) => `${field} ${value}`);
  return [alert ?? 'all alerts', `of ${view ?? 'all views'}`, ...of].join(' ');
}

import { useState } from 'preact/hooks';
import type { Silence } from '../../../../api/schemas/alerts.ts';
import { ProblemError } from '../../api/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemBox } from '../../components/problem-box.tsx';
import { formatFull } from '../../format/numbers.ts';
import { formatClock, formatDate } from '../../format/times.ts';
import { useAnswer } from '../../live/answers.ts';
import { api, overview, pipeline, zone } from '../../live/store.ts';

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
  const [ended, setEnded] = useState(0);
  const [failed, setFailed] = useState<string | null>(null);
  const { data, problem } = useAnswer(`silences ${count} ${ended}`, () => api.silences()).value;
  const end = async (name: string) => {
    try {
      await api.endSilence(name);
      setEnded(ended + 1);
    } catch (error) {
      setFailed(error instanceof ProblemError ? error.problem.detail : 'The server does not answer.');
    }
  };
  const mayEnd = pipeline.value?.allowed.acknowledge === true;
  return (
    <>
      <p class="sentence">
        While one holds, its alerts are not sent. They open and end as always, and are listed here. An open incident has
        a button that begins one, and so does the command <code>streamgauge silence</code>.
      </p>
      {problem !== null && <ProblemBox problem={problem} />}
      {failed !== null && <p role="alert">{failed}</p>}
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
            {mayEnd && (
              <button type="button" class="button small" onClick={() => end(silence.name)}>
                End it now
              </button>
            )}
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

import { useState } from 'preact/hooks';
import type { Silence, SilenceRequest } from '../../../../api/schemas/alerts.ts';
import type { Problem } from '../../../../api/schemas/common.ts';
import { ProblemError } from '../../api/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemBox } from '../../components/problem-box.tsx';
import { Segments } from '../../components/segments.tsx';
import { formatClock, formatDate } from '../../format/times.ts';
import { api, zone } from '../../live/store.ts';
import type { Entry } from './sections.ts';
import { silenceOf } from './silence-request.ts';

const HOUR_MS = 3_600_000;
const LENGTHS = [
  ['1 h', '1 h'],
  ['4 h', '4 h'],
  ['1 d', '1 day'],
] as const;
type Length = (typeof LENGTHS)[number][0];
const LENGTH_MS: Readonly<Record<Length, number>> = { '1 h': HOUR_MS, '4 h': 4 * HOUR_MS, '1 d': 24 * HOUR_MS };

/** Holds back the messages of an incident's alert for a while, after a question that says of what and how long. */
export function SilenceButton({ entry }: { readonly entry: Entry }) {
  const [isOpen, open] = useState(false);
  return (
    <>
      <button type="button" class="button" onClick={() => open(true)}>
        Silence
      </button>
      {isOpen && <SilenceDialog entry={entry} close={() => open(false)} />}
    </>
  );
}

function SilenceDialog({ entry, close }: { readonly entry: Entry; readonly close: () => void }) {
  const [length, choose] = useState<Length>('1 h');
  const [problem, setProblem] = useState<Pick<Problem, 'title' | 'detail' | 'code'> | null>(null);
  const [begun, setBegun] = useState<Silence | null>(null);
  const request: SilenceRequest = silenceOf(entry, LENGTH_MS[length]);
  const group = Object.entries(request.group ?? {}).map(([field, value]) => `${field} ${value}`);
  const send = async () => {
    try {
      const { silences } = await api.silence(request);
      setBegun(
        silences.reduce<Silence | null>((last, one) => (last === null || one.from >= last.from ? one : last), null),
      );
    } catch (error) {
      setProblem(
        error instanceof ProblemError
          ? error.problem
          : {
              title: 'No connection',
              detail: 'The server does not answer. Nothing is known to be silenced.',
              code: 'no_connection',
            },
      );
    }
  };
  return (
    <Dialog title={`Silence ${entry.lead.alert}`} onClose={close}>
      <p class="sentence">
        Its messages of {entry.lead.view}
        {group.length > 0 && (
          <>
            {' '}
            (<bdi>{group.join(', ')}</bdi>)
          </>
        )}{' '}
        are not sent. Incidents open and end as always, and are listed here.
      </p>
      {problem !== null && <ProblemBox problem={problem} />}
      {begun === null ? (
        <p class="inline">
          <Segments label="How long" choices={LENGTHS} chosen={length} choose={choose} />
          <button type="button" class="button primary" onClick={send}>
            Silence {entry.lead.alert} for {length === '1 d' ? '1 day' : length}
          </button>
        </p>
      ) : (
        <p role="status">
          Silent until {formatDate(begun.to, zone.value)} {formatClock(begun.to, zone.value)}. The list of silences ends
          it sooner.
        </p>
      )}
    </Dialog>
  );
}

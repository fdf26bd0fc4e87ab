import { useState } from 'preact/hooks';
import type { Problem } from '../../../../api/schemas/common.ts';
import { ProblemError } from '../../api/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemBox } from '../../components/problem-box.tsx';
import { formatFull } from '../../format/numbers.ts';
import { readSetting, writeSetting } from '../../live/settings.ts';
import { api } from '../../live/store.ts';

const NO_CONNECTION = {
  title: 'No connection',
  detail: 'The server does not answer. Nothing is known to be acknowledged.',
  code: 'no_connection',
};

/** Asks who takes an incident on, and why: the next who looks wants to know both. */
export function AcknowledgeDialog({
  entry,
  close,
}: {
  readonly entry: {
    readonly lead: { readonly alert: string; readonly view: string };
    readonly ids: readonly string[];
  };
  readonly close: (isDone: boolean) => void;
}) {
  const { alert, view } = entry.lead;
  const [by, setBy] = useState(readSetting('name') ?? '');
  const [note, setNote] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Pick<Problem, 'title' | 'detail' | 'code'> | null>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    writeSetting('name', by);
    try {
      for (const id of entry.ids) await api.acknowledge(id, by, note);
      close(true);
    } catch (error) {
      setProblem(error instanceof ProblemError ? error.problem : NO_CONNECTION);
      setBusy(false);
    }
  };
  const many = entry.ids.length > 1 ? ` of ${formatFull(entry.ids.length)} groups` : '';
  return (
    <Dialog title={`Acknowledge ${alert}${many}`} onClose={() => close(false)}>
      <form onSubmit={send}>
        <p class="sentence">It stays open in {view} until the data is as usual again. Others see who looks after it.</p>
        <label>
          Your name
          <input
            class="field"
            required
            maxLength={200}
            autoComplete="name"
            value={by}
            onInput={(event) => setBy(event.currentTarget.value)}
          />
        </label>
        <label>
          Why, or what you do about it
          <input class="field" maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
        {problem !== null && <ProblemBox problem={problem} />}
        <button type="submit" class="button primary" disabled={isBusy || by.trim() === ''}>
          Acknowledge {alert}
          {many}
        </button>
      </form>
    </Dialog>
  );
}

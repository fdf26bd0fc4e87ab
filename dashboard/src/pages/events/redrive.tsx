import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../../../api/schemas/common.ts';
import type { RedriveAnswer } from '../../../../api/schemas/side-outputs.ts';
import { ProblemError } from '../../api/client.ts';
import { Icon } from '../../components/icon.tsx';
import { ProblemBox } from '../../components/problem-box.tsx';
import { api, pipeline } from '../../live/store.ts';
import { dryRunWords, events } from './redrive-words.ts';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'tried'; readonly answer: RedriveAnswer }
  | { readonly kind: 'sent'; readonly answer: RedriveAnswer }
  | { readonly kind: 'failed'; readonly problem: Problem | null };

interface RedriveProps {
  readonly kind: 'dead' | 'late';
  readonly stream: string;
  readonly ids: readonly string[];
  readonly done: () => void;
}

/**
 * Puts events back into their stream: a dry run first, always, then one button with the number in it. Late ones need a second
 * yes, for views that had them in time count them twice.
 */
export function Redrive({ kind, stream, ids, done }: RedriveProps) {
  const [state, set] = useState<State>({ kind: 'idle' });
  const [isMeant, mean] = useState(false);
  const chosen = ids.join('\n');
  useEffect(() => {
    set({ kind: 'idle' });
    mean(false);
  }, [chosen]);
  const hasDedupe = pipeline.value?.streams.find(({ name }) => name === stream)?.event_id != null;
  const needsYes = kind === 'late' && !hasDedupe;
  if (pipeline.value?.allowed.redrive !== true) {
    return (
      <section class="redrive">
        <h3>Put back (redrive)</h3>
        <p class="what">
          This page may not put events back. <code>streamgauge dead-letters redrive</code> can.
        </p>
      </section>
    );
  }
  const ask = async (those: readonly string[], isDryRun: boolean) => {
    set({ kind: 'asking' });
    try {
      const answer = await api.redrive(those, isDryRun, kind === 'late');
      set({ kind: isDryRun ? 'tried' : 'sent', answer });
    } catch (error) {
      set({ kind: 'failed', problem: error instanceof ProblemError ? error.problem : null });
    }
  };
  return (
    <section class="redrive" aria-live="polite">
      <h3>Put back (redrive)</h3>
      <p class="what">
        The bytes go into the stream again and are judged by today’s definition. What was put back before is left out.
      </p>
      {state.kind === 'tried' && <DryRun answer={state.answer} asked={ids.length} />}
      {state.kind === 'failed' &&
        (state.problem === null ? (
          <p>The server does not answer. Nothing is known to be put back.</p>
        ) : (
          <ProblemBox problem={state.problem} />
        ))}
      {state.kind === 'sent' && (
        <p>
          <Icon name="well" size={14} /> {events(state.answer.sent)} put back.
        </p>
      )}
      {state.kind === 'tried' && state.answer.would_count > 0 && needsYes && (
        <label class="second-yes">
          <input type="checkbox" checked={isMeant} onChange={() => mean(!isMeant)} /> Views that had them in time count
          them twice: {stream} has no dedupe. I mean it.
        </label>
      )}
      {state.kind === 'tried' && state.answer.would_count > 0 ? (
        <button
          type="button"
          class="button primary"
          disabled={needsYes && !isMeant}
          onClick={() => ask(countingOf(ids, state.answer), false)}
        >
          Put back the {state.answer.would_count} that {state.answer.would_count === 1 ? 'counts' : 'count'}
        </button>
      ) : state.kind === 'sent' ? (
        <button type="button" class="button" onClick={done}>
          Done
        </button>
      ) : (
        <button type="button" class="button" disabled={state.kind === 'asking'} onClick={() => ask(ids, true)}>
          See what {events(ids.length)} would do
        </button>
      )}
    </section>
  );
}

function countingOf(ids: readonly string[], { would_fail: failing }: RedriveAnswer): readonly string[] {
  const bad = new Set(failing.map(({ id }) => id));
  return ids.filter((id) => !bad.has(id));
}

function DryRun({ answer, asked }: { readonly answer: RedriveAnswer; readonly asked: number }) {
  return (
    <ul class="dry-run">
      {dryRunWords(answer, asked).map(({ isWell, words }) => (
        <li key={words}>
          <Icon name={isWell ? 'well' : 'warning'} size={14} />
          <bdi>{words}</bdi>
        </li>
      ))}
    </ul>
  );
}

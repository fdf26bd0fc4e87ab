import { useState } from 'preact/hooks';
import { ProblemError } from '../../api/client.ts';
import { formatFull } from '../../format/numbers.ts';
import { api, pipeline } from '../../live/store.ts';
import type { Entry } from './sections.ts';
import { SilenceButton } from './silence.tsx';

interface ActionsProps {
  readonly entry: Entry;
  readonly isMain: boolean;
  readonly ask: (entry: Entry) => void;
  readonly changed: () => void;
}

/** Acknowledges what is open, and takes that back. */
export function Actions({ entry, isMain, ask, changed }: ActionsProps) {
  const [said, say] = useState<string | null>(null);
  const { state } = entry.lead;
  if (pipeline.value?.allowed.acknowledge !== true) return null;
  if (state === 'acknowledged') {
    const takeBack = async () => {
      try {
        for (const id of entry.ids) await api.takeBackAcknowledgement(id);
        changed();
      } catch (error) {
        say(error instanceof ProblemError ? error.problem.detail : 'The server does not answer.');
      }
    };
    return (
      <>
        <button type="button" class="button" onClick={takeBack}>
          Open again
        </button>
        {said !== null && <span role="alert">{said}</span>}
      </>
    );
  }
  if (state !== 'open') return null;
  return (
    <>
      <button
        type="button"
        class={isMain ? 'button primary' : 'button'}
        data-acknowledge={isMain ? '' : undefined}
        onClick={() => ask(entry)}
      >
        Acknowledge{entry.ids.length > 1 ? ` ${formatFull(entry.ids.length)}` : ''}
      </button>
      {isMain && <SilenceButton entry={entry} />}
    </>
  );
}

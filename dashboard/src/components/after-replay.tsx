import { useState } from 'preact/hooks';
import { isPaused, overview, pipeline } from '../live/store.ts';
import { curlCommand } from '../pages/first-event.ts';
import { CopyButton } from './copy-button.tsx';
import { Dialog } from './dialog.tsx';

/** What to do once a replay has come to its end: goes on with the sentence of the health line. */
export function AfterReplay() {
  const [shown, show] = useState<'again' | 'own' | null>(null);
  if (isPaused.value || overview.value?.health.state !== 'replay_finished') return null;
  return (
    <>
      {' '}
      <button type="button" class="link" onClick={() => show('again')}>
        Replay slower
      </button>{' '}
      or{' '}
      <button type="button" class="link" onClick={() => show('own')}>
        send your own
      </button>
      {shown === 'again' && (
        <CommandDialog title="Replay again, 10 times slower" command={againCommand()} close={() => show(null)}>
          Stop it with Ctrl-C, and start it with <code>--fresh</code>: it forgets what it has counted and begins with
          the first line. <code>streamgauge dev</code> takes the same options.
        </CommandDialog>
      )}
      {shown === 'own' && (
        <CommandDialog title="Send your own events" command={ownCommand()} close={() => show(null)}>
          It goes on listening. Events of today move the watermark past the end of the file, so its last windows close.
        </CommandDialog>
      )}
    </>
  );
}

interface CommandDialogProps {
  readonly title: string;
  readonly command: string;
  readonly close: () => void;
  readonly children: preact.ComponentChildren;
}

function CommandDialog({ title, command, close, children }: CommandDialogProps) {
  return (
    <Dialog title={title} onClose={close}>
      <p class="sentence">{children}</p>
      <pre class="command">{command}</pre>
      <CopyButton words="Copy" text={() => command} />
    </Dialog>
  );
}

function againCommand(): string {
  const greatest = Object.values(overview.value?.streams ?? {}).reduce(
    (most, { replay }) => Math.max(most, replay?.per_second ?? 0),
    0,
  );
  return `npm start -- --fresh --rate ${Math.max(1, Math.round(greatest / 10))}`;
}

function ownCommand(): string {
  const stream = pipeline.value?.streams[0];
  return stream === undefined ? '' : curlCommand(stream, location.origin);
}

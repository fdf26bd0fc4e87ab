import type { StreamDescription, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { CHART_WORDS, chartKind, drawnColumns } from '../charts/kind.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { formatDuration } from '../format/times.ts';
import { pipeline } from '../live/store.ts';

/** Nothing has come yet: what to do, and what will be here. */
export function EmptyPage() {
  const described = pipeline.value;
  const stream = described?.streams[0];
  if (described === null || stream === undefined) return <main id="main" />;
  const command = curlCommand(stream, location.origin);
  return (
    <main id="main" class="steps">
      <section class="card" aria-label="First steps">
        <Step number={1} title="Send the first event" isNow>
          <p>
            It fits the schema of <code>{stream.name}</code> and carries the time of now.
          </p>
          <pre>{command}</pre>
          <CopyButton words="Copy" text={() => command} /> Listening. This page changes by itself within a second of the
          first event.
        </Step>
        <Step number={2} title="See it counted in an open window">
          <p>The window appears hatched: it still fills, and its numbers may change.</p>
        </Step>
        <Step number={3} title="See the window close">
          <p>
            It closes when the watermark passes its end. The watermark is {formatDuration(stream.max_lateness_ms)}{' '}
            behind the latest event. Later events move it; without them it goes on with the clock after{' '}
            {formatDuration(stream.idle_timeout_ms)} of silence.
          </p>
        </Step>
      </section>
      <section aria-label="What will be here">
        <h2>What will be here</h2>
        {described.views.map((view) => (
          <ViewToCome key={view.name} view={view} />
        ))}
      </section>
    </main>
  );
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly isNow?: boolean;
  readonly children: preact.ComponentChildren;
}

function Step({ number, title, isNow = false, children }: StepProps) {
  return (
    <div class={isNow ? 'step now' : 'step'}>
      <span class="number">{number}</span>
      <div>
        <h2>{title}</h2>
        {children}
      </div>
    </div>
  );
}

function ViewToCome({ view }: { readonly view: ViewDescription }) {
  const column = drawnColumns(view)[0];
  // How many groups there will be nobody knows: of some they are stacked.
  const kind = column === undefined ? null : CHART_WORDS[chartKind(view, column, 1)];
  const names = view.columns.filter(({ role }) => role === 'aggregate' || role === 'derived').map(({ name }) => name);
  return (
    <div class="card to-come">
      <header>
        <b>{view.name}</b>
        {kind !== null && <span>{kind}</span>}
      </header>
      <p class="what">{view.words}</p>
      <p class="mono">{names.join(', ')}</p>
    </div>
  );
}

/** A command that a shell takes as it is: the event's quotes are its own. */
export function curlCommand(stream: Pick<StreamDescription, 'name' | 'example'>, origin: string): string {
  const body = JSON.stringify(stream.example).replaceAll("'", `'\\''`);
  return `curl ${origin}/streams/${encodeURIComponent(stream.name)}/events \\\n  -H 'content-type: application/json' \\\n  -d '${body}'`;
}

import { useState } from 'preact/hooks';
import type { PipelineDescription, StreamDescription, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { CHART_WORDS, chartKind, companionsOf, drawnColumns } from '../charts/kind.ts';
import { stepOf } from '../charts/timeline-data.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { Segments } from '../components/segments.tsx';
import { formatFull } from '../format/numbers.ts';
import { formatClock, formatDuration, formatWindow } from '../format/times.ts';
import { pipeline, serverNowMs, zone } from '../live/store.ts';
import { deployedCommand, firstEvent, isOfRows, WAYS, type Way } from './first-event.ts';

const DEMO = 'npx streamgauge dev --pipeline weblog \\\n  --store .streamgauge/demo.db --port 8788';

/** Nothing has come yet: what to do, and what will be here. */
export function EmptyPage() {
  const described = pipeline.value;
  const stream = described?.streams[0];
  if (described === null || stream === undefined) return <main id="main" />;
  const window = firstWindow(described.views);
  return (
    <main id="main" class="steps">
      <div class="first">
        <section class="card" aria-label="First steps">
          <SendStep described={described} stream={stream} />
          <Step number={2} title="See it counted in an open window">
            <p>
              {window === null ? 'The window' : window.words} appears hatched: it still fills, and its numbers may
              change.
            </p>
          </Step>
          <Step number={3} title="See the window close">
            <p>
              It closes when the watermark passes {window === null ? 'its end' : window.end}. The watermark is{' '}
              {formatDuration(stream.max_lateness_ms)} behind the latest event. Later events move it; without them it
              goes on with the clock after {formatDuration(stream.idle_timeout_ms)} of silence.
            </p>
          </Step>
        </section>
        {described.runs_on === 'local' && <Demo />}
      </div>
      <section aria-label="What will be here">
        <h2>What will be here</h2>
        <p>From the definition of {described.name}</p>
        {described.views.map((view) => (
          <ViewToCome key={view.name} view={view} />
        ))}
        <AlertsToCome views={described.views} />
      </section>
    </main>
  );
}

interface SendStepProps {
  readonly described: PipelineDescription;
  readonly stream: StreamDescription;
}

function SendStep({ described, stream }: SendStepProps) {
  const [way, choose] = useState<Way>('curl');
  const isLocal = described.runs_on === 'local';
  const isFile = isLocal && way === 'file';
  const command = isLocal ? firstEvent(way, stream, location.origin) : deployedCommand(stream);
  return (
    <Step
      number={1}
      title="Send the first event"
      isNow
      end={
        <>
          {isLocal && !isOfRows(stream) && (
            <Segments label="How to send it" choices={WAYS} chosen={way} choose={choose} />
          )}
          <CopyButton words="Copy" text={() => command} isPrimary />
        </>
      }
    >
      <p>
        {isOfRows(stream) && `Rows of ${stream.format}, each of which fits`}
        {!isOfRows(stream) && (isFile ? 'One event a line, each of which fits' : 'It fits')} the schema of{' '}
        <code>{stream.name}</code>
        {isFile || isOfRows(stream) ? '.' : ' and carries the time of now.'}
        {!isLocal && ' STREAM is the name of its Kinesis stream: an output of the stack says it.'}
      </p>
      <pre>{command}</pre>
      <p>Listening. This page changes by itself within a second of the first event.</p>
    </Step>
  );
}

function Demo() {
  return (
    <section class="card demo" aria-label="An example">
      <header>
        <h2>Or see it with data first</h2>
        <span class="end">
          <CopyButton words="Copy" text={() => DEMO} />
        </span>
      </header>
      <p>Replays a real web log of 10,000 requests into a store of its own, on another port.</p>
      <pre>{DEMO}</pre>
    </section>
  );
}

/** The window that an event of now comes into, of the view with the shortest ones. */
function firstWindow(views: readonly ViewDescription[]): { readonly words: string; readonly end: string } | null {
  const steps = views.flatMap((view) => stepOf(view.window) ?? []);
  if (steps.length === 0) return null;
  const stepMs = steps.reduce((least, ms) => Math.min(least, ms));
  const nowMs = serverNowMs();
  const start = Math.floor(nowMs / stepMs) * stepMs;
  return {
    words: formatWindow(start, start + stepMs, zone.value, nowMs),
    end: formatClock(start + stepMs, zone.value, true),
  };
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly isNow?: boolean;
  readonly end?: preact.ComponentChildren;
  readonly children: preact.ComponentChildren;
}

function Step({ number, title, isNow = false, end, children }: StepProps) {
  return (
    <div class={isNow ? 'step now' : 'step'}>
      <span class="number">{number}</span>
      <div>
        <header>
          <h2>{title}</h2>
          {end !== undefined && <span class="end">{end}</span>}
        </header>
        {children}
      </div>
    </div>
  );
}

function ViewToCome({ view }: { readonly view: ViewDescription }) {
  const column = drawnColumns(view)[0];
  const names = view.columns.filter(({ role }) => role === 'aggregate' || role === 'derived').map(({ name }) => name);
  return (
    <div class="card to-come">
      <header>
        <b>{view.name}</b>
        {column !== undefined && <span>{kindWords(view, column)}</span>}
      </header>
      <p class="what">{view.words}</p>
      <p class="mono">{names.join(', ')}</p>
    </div>
  );
}

/** How many groups there will be nobody knows: of some they are stacked. */
function kindWords(view: ViewDescription, column: Parameters<typeof chartKind>[1]): string {
  const kind = chartKind(view, column, 1);
  const hasBand = kind === 'line' && companionsOf(view, column).detector !== null;
  return hasBand ? 'line with expected band' : CHART_WORDS[kind];
}

function AlertsToCome({ views }: { readonly views: readonly ViewDescription[] }) {
  const rules = views.flatMap(({ alerts }) => alerts);
  if (rules.length === 0) return null;
  return (
    <div class="card to-come">
      <header>
        <b>Alerts</b>
        <span>
          {formatFull(rules.length)} {rules.length === 1 ? 'rule' : 'rules'}
        </span>
      </header>
      {rules.map(({ name, words }) => (
        <p key={name} class="what">
          {name} {words}
        </p>
      ))}
    </div>
  );
}

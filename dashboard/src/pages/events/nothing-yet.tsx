import { CopyButton } from '../../components/copy-button.tsx';
import { pipeline } from '../../live/store.ts';
import { brokenEvent } from '../first-event.ts';

const WORDS = {
  dead: 'An event that does not fit the schema of its stream stops nothing. It is kept here with the reason, its bytes and where it was, and can be put back once it fits.',
  late: 'An event that comes after its window took revisions is kept here with its bytes, and is in no row.',
  discarded:
    'A batch that fails again and again is given up, so that the events after it are counted. What was in it is kept here.',
} as const;

/** Beside an empty list: what would be there, and how to see it. */
export function NothingYet({ kind }: { readonly kind: keyof typeof WORDS }) {
  const { allowed, streams, runs_on: where } = pipeline.value ?? {};
  const stream = kind === 'dead' && allowed?.send === true && where === 'local' ? streams?.[0] : undefined;
  const command = stream === undefined ? null : brokenEvent(stream, location.origin);
  return (
    <aside class="card detail" aria-label="What would be here">
      <header class="detail-head">
        <h2>Nothing is kept here yet</h2>
      </header>
      <p class="sentence">{WORDS[kind]}</p>
      {command !== null && (
        <>
          <h3>Send one to see it</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
          <pre class="command" tabIndex={0}>
            {command}
          </pre>
          <CopyButton words="Copy" text={() => command} />
        </>
      )}
    </aside>
  );
}

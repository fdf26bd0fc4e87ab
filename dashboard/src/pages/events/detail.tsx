import { useMemo, useState } from 'preact/hooks';
import type { SideOutput, SideOutputDetail } from '../../../../api/schemas/side-outputs.ts';
import { ProblemBox } from '../../components/problem-box.tsx';
import { Segments } from '../../components/segments.tsx';
import { formatBytes, formatFull } from '../../format/numbers.ts';
import { formatInstant } from '../../format/times.ts';
import { useAnswer } from '../../live/answers.ts';
import { api, zone } from '../../live/store.ts';
import { bytesOf, hexLines, markedText } from './bytes.ts';

/** One event that was not counted: what is wrong, its bytes as they came, where it was. */
export function EventDetail({ kind, item }: { readonly kind: string; readonly item: SideOutput }) {
  const { data, problem } = useAnswer(`${kind} ${item.id}`, () => api.sideOutput(kind, item.id)).value;
  return (
    <>
      <header class="detail-head">
        <h2>{item.reason}</h2>
        <span class="keys">
          <kbd>J</kbd> <kbd>K</kbd> next, previous
        </span>
      </header>
      <p class="sentence">
        <bdi>{item.detail}</bdi>
      </p>
      {problem !== null && <ProblemBox problem={problem} />}
      <div class="raw" style={{ minHeight: `${rawHeight(item.bytes)}px` }}>
        {data !== null && <Raw data={data} />}
      </div>
      <h3>Where it was</h3>
      <dl class="facts">
        <dt>stream, shard</dt>
        <dd class="mono">
          {item.stream}, {item.shard}
        </dd>
        <dt>position</dt>
        <dd class="mono">{item.position}</dd>
        <dt>arrived</dt>
        <dd>{item.arrived === null ? 'not known' : formatInstant(item.arrived, zone.value)}</dd>
        <dt>event time</dt>
        <dd>
          {item.event_time === null ? 'not known, so it is in no window' : formatInstant(item.event_time, zone.value)}
        </dd>
        {item.views.length > 0 && (
          <>
            <dt>late for</dt>
            <dd class="mono">{item.views.join(', ')}</dd>
          </>
        )}
      </dl>
    </>
  );
}

const MOST_HEX_LINES = 12;
const HEX_LINE_PX = 16.5;

/** The room of the bytes is kept before they are there, or what stands below them would move. */
function rawHeight(bytes: number): number {
  return bytes === 0 ? 130 : 192 + HEX_LINE_PX * Math.min(MOST_HEX_LINES, Math.ceil(bytes / 16));
}

function Raw({ data }: { readonly data: SideOutputDetail }) {
  const [shape, choose] = useState<'both' | 'text' | 'hex'>('both');
  const bytes = useMemo(() => bytesOf(data.raw), [data.raw]);
  const { before, marked, after } = markedText(bytes, data.at_byte);
  return (
    <>
      <div class="raw-head">
        <h3>As it came</h3>
        <span class="what">{formatBytes(data.item.bytes)}</span>
        <Segments
          label="Bytes as"
          choices={[
            ['both', 'Both'],
            ['text', 'Text'],
            ['hex', 'Hex'],
          ]}
          chosen={shape}
          choose={choose}
        />
        <button type="button" class="button" onClick={() => navigator.clipboard?.writeText(before + marked + after)}>
          Copy
        </button>
      </div>
      {bytes.length === 0 && <p class="empty">The record holds no bytes.</p>}
      {shape !== 'hex' && bytes.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section class="text" tabIndex={0} aria-label="Bytes as text">
          <pre>
            {before}
            {marked !== '' && <mark>{marked}</mark>}
            {after}
          </pre>
        </section>
      )}
      {shape !== 'text' && bytes.length > 0 && <Hex bytes={bytes} atByte={data.at_byte} />}
      {data.truncated && (
        <p class="what">
          The first {formatFull(bytes.length)} of {formatFull(data.item.bytes)} bytes.
        </p>
      )}
    </>
  );
}

function Hex({ bytes, atByte }: { readonly bytes: Uint8Array; readonly atByte: number | null }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="table-scroll" tabIndex={0} aria-label="Bytes in hex">
      <pre class="hex">
        {hexLines(bytes, atByte, MOST_HEX_LINES).map(({ offset, cells, text }) => (
          <div key={offset}>
            {offset}
            {'  '}
            {cells.map(({ hex, isMarked }, i) => (
              <span key={`${offset}${i}`}>
                {i === 8 ? ' ' : ''}
                {isMarked ? <mark>{hex}</mark> : hex}{' '}
              </span>
            ))}
            {'   '.repeat(16 - cells.length)} {text}
          </div>
        ))}
      </pre>
    </section>
  );
}

import type { InputStatus, LiveStatus, ReloadStatus, StreamStatus } from '../live-status.ts';
import { formatCount } from './format.ts';
import type { Line } from './text.ts';

/** How long a screen shows what a reload meant, where nothing is wrong. */
const SHOWN_MS = 60_000;
/** Views of a reload that a screen has room for: those come first that matter most. */
const MOST_SHOWN = 5;
const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** One input: where it is, and what waits. */
export function inputText(input: InputStatus): string {
  const sent = `${formatCount(input.sent)} line${input.sent === 1 ? '' : 's'}`;
  switch (input.kind) {
    case 'tail': {
      const behind = input.behindBytes > 0 ? `, ${formatBytes(input.behindBytes)} behind` : '';
      const resumed = input.resumedAt > 0 ? `, resumed at line ${formatCount(input.resumedAt)}` : '';
      return input.problem ?? `tail ${input.file}: ${sent}${behind}${resumed}`;
    }
    case 'stdin': {
      const waiting = input.waiting > 0 ? `, ${formatCount(input.waiting)} waiting` : '';
      return `standard input: ${sent}${waiting}${input.done ? ', at its end' : ''}`;
    }
  }
}

export function inputLine(input: InputStatus): Line {
  const isWrong = input.kind === 'tail' && input.problem !== null;
  return [{ text: `   ${inputText(input)}`, style: isWrong ? 'warning' : 'faint' }];
}

/** `3400000` is `3.4 MB`. */
function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** What there is to say of the last time that the pipeline file was saved. */
export function reloadSentences(reload: ReloadStatus): readonly string[] {
  if (reload.state === 'loaded')
    return [`The pipeline was loaded again. ${reload.changes[0] ?? ''}`.trimEnd(), ...reload.changes.slice(1)];
  return [`The saved pipeline does not run, and what was there before goes on. ${reload.message}`];
}

/** The same on a screen: an error as long as it is one. */
export function reloadLines({ reload = null, nowMs }: LiveStatus): Line[] {
  if (reload === null) return [];
  const isShown = reload.state === 'failed' || nowMs - reload.atMs < SHOWN_MS;
  if (!isShown) return [];
  const sentences = reloadSentences(reload);
  const shown = sentences.length > MOST_SHOWN + 1 ? sentences.slice(0, MOST_SHOWN) : sentences;
  const left = sentences.length - shown.length;
  const style = reload.state === 'failed' ? 'bad' : 'accent';
  return [...shown, ...(left > 0 ? [`And ${left} more.`] : [])].map((text): Line => [{ text: ` ${text}`, style }]);
}

/** A replay has come to its end, and nothing else fills the streams from here: the picture stands still. */
export function isReplayFinished({ streams }: Pick<LiveStatus, 'streams'>): boolean {
  const replays = streams.filter(({ replay }) => replay !== null);
  return replays.length > 0 && replays.every(isStreamFinished);
}

function isStreamFinished({ replay, inputs, shards }: StreamStatus): boolean {
  return replay?.done === true && inputs.length === 0 && shards.every(({ lag }) => lag === 0);
}

/** What to do once a replay is finished: see it again, or go on with events of one's own. */
export function finishedSentences({ streams, url }: Pick<LiveStatus, 'streams' | 'url'>): readonly string[] {
  const [first] = streams;
  const again = 'Replay finished: every line was sent. Stop, and start with --fresh, to see it again.';
  if (first === undefined || url === null) return [again];
  return [again, `Send events of your own: POST ${url}/streams/${encodeURIComponent(first.name)}/events`];
}

import type { Column } from '../../../api/schemas/pipeline.ts';
import { ChartBox, type TableData } from '../components/chart-box.tsx';
import { GroupName } from '../components/group-name.tsx';
import { wordsOf } from '../components/group-words.ts';
import { formatFull } from '../format/numbers.ts';
import { formatClock, formatDuration, formatWindow, zoneName } from '../format/times.ts';
import { dataNowMs, serverNowMs, zone } from '../live/store.ts';
import { fullWords, stateWords } from './chart-words.ts';
import type { Session, Sessions } from './session-data.ts';
import { timeTicks } from './time-ticks.ts';

interface SessionTimelineProps {
  readonly sessions: Sessions;
  readonly column: Column | null;
  readonly height: number;
}

const AXIS_PX = 20;
/** From this share of the width on a bar has room for its number. */
const WIDE_ENOUGH = 0.06;

/** A bar for each session, a lane for each group: open ones hatched, for they may still grow. */
export function SessionTimeline({ sessions, column, height }: SessionTimelineProps) {
  const inZone = zone.value;
  const nowMs = dataNowMs();
  const [from, to] = [sessions.from, Math.max(sessions.to, sessions.from + 60_000)];
  const share = (ms: number) => (ms - from) / (to - from);
  const laneHeight = (height - AXIS_PX) / Math.max(1, sessions.lanes.length);
  const words = `${formatFull(sessions.lanes.reduce((sum, lane) => sum + lane.sessions.length, 0))} sessions of ${sessions.lanes.length} groups, ${sessions.open} open.`;
  const note = sessions.others === 0 ? null : `and ${formatFull(sessions.others)} more groups with shorter sessions`;
  return (
    <ChartBox height={height} table={() => tableOf(sessions, column)} note={note}>
      <div class="timeline" role="img" aria-label={words} style={{ height: `${height}px` }}>
        {timeTicks(from, to, 4).map((ms) => (
          <span key={ms} class="tick" style={{ left: `calc(112px + (100% - 112px) * ${share(ms)})` }}>
            <em>{formatClock(ms, inZone)}</em>
          </span>
        ))}
        {sessions.lanes.map(({ key, group, sessions: own }) => (
          <div key={key} class="lane" style={{ height: `${Math.min(laneHeight, 26)}px` }}>
            <span class="mono">
              <GroupName values={Object.values(group)} />
            </span>
            <div>
              {own.map((session) => (
                <Bar key={session.start} session={session} share={share} column={column} />
              ))}
            </div>
          </div>
        ))}
        {nowMs >= from && nowMs <= to && (
          <span class="now" style={{ left: `calc(112px + (100% - 112px) * ${share(nowMs)})` }} />
        )}
      </div>
    </ChartBox>
  );
}

interface BarProps {
  readonly session: Session;
  readonly share: (ms: number) => number;
  readonly column: Column | null;
}

function Bar({ session, share, column }: BarProps) {
  const { start, end, isFinal, value } = session;
  const [left, right] = [share(start), share(end)];
  const number = column === null || value === null ? '' : fullWords(column, value);
  const title = `${formatWindow(start, end, zone.value, dataNowMs())} ${zoneName(zone.value)}, ${formatDuration(end - start)}, ${stateWords(session, zone.value, serverNowMs())}${number === '' ? '' : `, ${column?.name} ${number}`}`;
  return (
    <i
      class={isFinal ? 'session' : 'session open'}
      title={title}
      style={{ left: `${left * 100}%`, width: `max(4px, ${(right - left) * 100}%)` }}
    >
      {right - left > WIDE_ENOUGH && <span>{number}</span>}
    </i>
  );
}

function tableOf({ lanes }: Sessions, column: Column | null): TableData {
  return {
    head: ['session', `time, ${zoneName(zone.value)}`, 'length', column?.name ?? '', 'state'].filter(
      (name) => name !== '',
    ),
    rows: lanes.flatMap(({ group, sessions }) =>
      sessions.map((session, i) => [
        `${Object.values(group).map(wordsOf).join(', ')}${sessions.length > 1 ? `, ${i + 1}` : ''}`,
        formatWindow(session.start, session.end, zone.value, dataNowMs()),
        formatDuration(session.end - session.start),
        ...(column === null ? [] : [fullWords(column, session.value)]),
        stateWords(session, zone.value, serverNowMs()),
      ]),
    ),
  };
}

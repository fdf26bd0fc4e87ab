import type { Overview } from '../../../api/schemas/overview.ts';
import type { PipelineDescription } from '../../../api/schemas/pipeline.ts';
import type { IconName } from '../components/icon-name.ts';
import { formatCount, formatFull } from '../format/numbers.ts';
import { formatClock, formatDate, formatDuration, type Zone } from '../format/times.ts';
import type { ConnectionState } from './connection.ts';

/** The most important thing in one sentence, and its number in another. */
export interface HealthLine {
  readonly icon: IconName;
  readonly title: string;
  readonly detail: string;
}

export interface HealthFacts {
  readonly overview: Overview | null;
  readonly pipeline: PipelineDescription | null;
  readonly connection: ConnectionState;
  readonly isPaused: boolean;
  readonly nowMs: number;
  readonly zone: Zone;
  /** Where the server is: `127.0.0.1:8787`. */
  readonly host: string;
}

/** Of what holds, the first in the order of importance. What the data says, alerts, is never in it. */
export function healthLine(facts: HealthFacts): HealthLine {
  const { overview, connection, isPaused, nowMs, zone, host } = facts;
  if (overview === null) {
    return connection.kind === 'lost'
      ? { icon: 'lost', title: 'No connection', detail: `streamgauge at ${host} does not answer.` }
      : { icon: 'unknown', title: 'Connecting', detail: `Waiting for streamgauge at ${host}.` };
  }
  if (connection.kind === 'lost') {
    const since = formatClock(connection.sinceMs, zone, true);
    const title = `Not known since ${since}`;
    const last = runningLine(facts, overview);
    return {
      icon: 'lost',
      title,
      detail: last.icon === 'well' ? 'It ran well when it last answered.' : `It last said: ${last.title}.`,
    };
  }
  if (isPaused) {
    const age = formatDuration(nowMs - overview.now);
    return {
      icon: 'unknown',
      title: 'Paused by you',
      detail: `Picture of ${formatClock(overview.now, zone, true)} ${zone}, ${age} old.`,
    };
  }
  return runningLine(facts, overview);
}

function runningLine({ pipeline, zone, nowMs }: HealthFacts, overview: Overview): HealthLine {
  const { state, view, stream, waiting, done_in_ms: doneInMs } = overview.health;
  switch (state) {
    case 'stuck': {
      const unread = overview.streams[stream ?? '']?.stuck;
      if (unread != null) {
        const title = `${stream} is not read`;
        return { icon: 'critical', title, detail: `Records wait for ${formatDuration(nowMs - unread.since)}.` };
      }
      const since = overview.views[view ?? '']?.stuck?.since;
      const others = Object.keys(overview.views).length - 1;
      const due = since === undefined ? '' : `Due for ${formatDuration(nowMs - since)}. `;
      const rest = others === 0 ? '' : `${others} other ${others === 1 ? 'view runs' : 'views run'} well.`;
      return { icon: 'critical', title: `${view ?? 'A view'} does not close`, detail: `${due}${rest}`.trim() };
    }
    case 'catching_up': {
      const done = doneInMs == null ? '' : `; done in about ${formatDuration(doneInMs)}`;
      return { icon: 'warning', title: 'Catching up', detail: `${formatCount(waiting ?? 0)} events wait${done}.` };
    }
    case 'replaying': {
      const latest = latestEventMs(overview);
      const detail =
        latest === null
          ? 'Times below are the file’s.'
          : `Times below are the file’s: it is ${formatDate(latest, zone)} there.`;
      return { icon: 'well', title: 'Running well, replaying a file', detail };
    }
    case 'replay_finished':
      return {
        icon: 'well',
        title: 'Replay finished',
        detail: `${formatFull(overview.counters.delivered)} events.`,
      };
    case 'quiet': {
      const last = lastArrivalMs(overview);
      const silence = last === null ? 'No events' : `No events for ${formatDuration(nowMs - last)}`;
      return { icon: 'well', title: 'Quiet', detail: `${silence}; event time goes on with the clock.` };
    }
    case 'waiting_for_first_event': {
      const name = pipeline?.name ?? 'The pipeline';
      return {
        icon: 'waiting',
        title: 'Ready, waiting for the first event',
        detail: `${name} listens since ${formatClock(overview.started, zone, true)} ${zone}. Nothing has come yet.`,
      };
    }
    default: {
      const lateness = (pipeline?.streams ?? []).reduce((most, stream) => Math.max(most, stream.max_lateness_ms), 0);
      const open = overview.open_incidents;
      const alerts = open === 0 ? '' : ` ${formatFull(open)} ${open === 1 ? 'alert' : 'alerts'} open.`;
      return {
        icon: 'well',
        title: 'Running well',
        detail: `Windows close ${formatDuration(lateness)} after they end.${alerts}`,
      };
    }
  }
}

function latestEventMs({ streams }: Overview): number | null {
  const latest = Object.values(streams).reduce(
    (most, { latest_event }) => Math.max(most, latest_event ?? most),
    Number.NEGATIVE_INFINITY,
  );
  return Number.isFinite(latest) ? latest : null;
}

function lastArrivalMs({ streams }: Overview): number | null {
  const last = Object.values(streams).reduce(
    (most, { last_arrival }) => Math.max(most, last_arrival ?? most),
    Number.NEGATIVE_INFINITY,
  );
  return Number.isFinite(last) ? last : null;
}

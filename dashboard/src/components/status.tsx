import type { Overview } from '../../../api/schemas/overview.ts';
import { formatCount, formatDollars, formatFull, formatRate, formatShare } from '../format/numbers.ts';
import { formatClock, formatDate, formatDuration } from '../format/times.ts';
import { healthLine } from '../live/health.ts';
import {
  connection,
  dataNowMs,
  goLive,
  isPaused,
  missed,
  overview,
  pipeline,
  serverNowMs,
  tick,
  zone,
} from '../live/store.ts';
import { AfterReplay } from './after-replay.tsx';
import { Icon } from './icon.tsx';

/** Health in one line, four figures, and where the time goes. Its height is the same in every state. */
export function Status() {
  const line = healthLine({
    overview: overview.value,
    pipeline: pipeline.value,
    connection: connection.value,
    isPaused: isPaused.value,
    nowMs: isPaused.value ? Date.now() : serverNowMs(),
    zone: zone.value,
    host: location.host,
  });
  // Nothing has come: there is no time yet to show parts of, and the sentence takes its room.
  const isWaiting = overview.value?.health.state === 'waiting_for_first_event';
  return (
    <section class={isWaiting ? 'status waiting' : 'status'} aria-label="Health">
      <div class="health">
        <Icon name={line.icon} size={22} />
        <div>
          <h1 id="health">{line.title}</h1>
          <div class="line">
            {line.detail}
            <AfterReplay />
          </div>
          <Actions />
        </div>
      </div>
      {overview.value !== null && <Figures shown={overview.value} />}
      {overview.value !== null && pipeline.value !== null && !isWaiting && <Rail shown={overview.value} />}
    </section>
  );
}

function Actions() {
  if (!isPaused.value) return null;
  const { events, windows } = missed.value;
  return (
    <p>
      <button type="button" class="button primary" onClick={goLive}>
        Go on live
      </button>{' '}
      {formatFull(events)} events and {formatFull(windows)} rows since
    </p>
  );
}

function Figures({ shown }: { readonly shown: Overview }) {
  const { counters, cost } = shown;
  const rate = formatRate(shown.events_per_second);
  const deadShare = counters.delivered === 0 ? 0 : counters.dead / counters.delivered;
  const isLocal = pipeline.value?.runs_on !== 'aws';
  return (
    <dl class="figures">
      <Figure
        name="Events"
        value={rate.value}
        unit={rate.unit}
        sub={`${formatCount(counters.delivered)} since ${formatClock(shown.started, zone.value)}`}
        title={`${formatFull(counters.delivered)} events delivered`}
      />
      <Figure
        name="Late"
        value={formatCount(counters.late)}
        sub={`${formatCount(shown.counted_late)} more in revisions`}
        title={`${formatFull(counters.late)} events came after revisions ended; they are kept`}
      />
      <Figure
        name="Dead"
        value={formatCount(counters.dead)}
        sub={counters.dead === 0 ? 'every event fitted' : formatShare(deadShare)}
        title={`${formatFull(counters.dead)} events did not fit their schema; they are kept`}
      />
      {shown.health.state === 'waiting_for_first_event' && <Figure name="Watermark" value="none yet" sub="" />}
      <Figure
        name={isLocal ? 'Cost on AWS' : 'Cost'}
        value={cost == null ? 'none yet' : formatDollars(cost.dollars_per_million)}
        unit={cost == null ? '' : '/million'}
        sub={cost == null ? '' : `${formatDollars(cost.dollars_per_day)} a day at this rate`}
      />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  readonly sub: string;
  readonly title?: string;
}

function Figure({ name, value, unit = '', sub, title }: FigureProps) {
  return (
    <div class="figure" title={title}>
      <dt>{name}</dt>
      <dd>
        {value} <small>{unit}</small>
        <div class="sub">{sub}</div>
      </dd>
    </div>
  );
}

/** From the watermark to now in three parts, not to scale; of a replay how far it is. */
function Rail({ shown }: { readonly shown: Overview }) {
  const streams = Object.entries(shown.streams);
  const replays = streams.flatMap(([, { replay }]) => (replay == null ? [] : [replay]));
  if (connection.value.kind === 'lost') return <OldPicture shown={shown} />;
  if (replays.length > 0) return <Replays shown={shown} />;
  const lateness = (pipeline.value?.streams ?? []).reduce((most, { max_lateness_ms: ms }) => Math.max(most, ms), 0);
  const producers = slowest(streams.map(([, stream]) => stream.producer_delay_ms));
  const ours = slowest(streams.map(([, stream]) => stream.processing_delay_ms));
  const watermark = slowestWatermark(shown);
  // A view that does not close is what takes the time, whatever counting takes.
  const stuck = shown.health.state === 'stuck' ? (shown.views[shown.health.view ?? '']?.stuck ?? null) : null;
  const isSlow = stuck !== null || shown.health.state === 'catching_up';
  const last = stuck === null ? (ours ?? 0) : serverNowMs() - stuck.since;
  const lastWords = stuck === null ? 'processing' : `${shown.health.view} waits`;
  return (
    <div class="rail" role="img" aria-label={railWords(lateness, producers, `${lastWords} ${formatDuration(last)}`)}>
      <div class="part late">
        <b>{formatDuration(lateness)}</b>
        <div class="line" />
        waits for late events
      </div>
      <div class="part late producers">
        <b>{producers === null ? 'none' : formatDuration(producers)}</b>
        <div class="line" />
        {producers === null ? 'no events' : 'producers'}
      </div>
      <div class={isSlow ? 'part ours slow' : 'part ours'}>
        <b>{formatDuration(last)}</b>
        <div class="line" />
        <span class="cut" title={lastWords}>
          {lastWords}
        </span>
      </div>
      <div class="ends">
        <span class="purple">
          watermark {watermark === null ? 'none yet' : formatClock(watermark, zone.value, true)}
        </span>
        <span>
          now {formatClock(serverNowMs(), zone.value, true)} {zone.value}
        </span>
      </div>
    </div>
  );
}

/** Without a connection countdowns would be guesses: what was true then is said with its time. */
function OldPicture({ shown }: { readonly shown: Overview }) {
  void tick.value;
  const watermark = slowestWatermark(shown);
  const ours = slowest(Object.values(shown.streams).map((stream) => stream.processing_delay_ms));
  const water = watermark === null ? 'No watermark' : `Watermark ${formatClock(watermark, zone.value, true)}`;
  const were = ours === null ? ' was' : ` and lag ${formatDuration(ours)} were`;
  const ageMs = Math.floor(Math.max(0, Date.now() - shown.now) / 1000) * 1000;
  return (
    <div class="old-picture">
      <b>
        Picture of {formatClock(shown.now, zone.value, true)} {zone.value}, {formatDuration(ageMs)} old
      </b>
      <p>
        {water}
        {were} true then. Windows may have closed since.
      </p>
    </div>
  );
}

function railWords(lateness: number, producers: number | null, last: string): string {
  const came = producers === null ? 'no events come' : `events take ${formatDuration(producers)} to arrive`;
  return `Not to scale. The watermark waits ${formatDuration(lateness)} for late events, ${came}, and then: ${last}.`;
}

function Replays({ shown }: { readonly shown: Overview }) {
  const watermark = slowestWatermark(shown);
  return (
    <div class="replay">
      {Object.entries(shown.streams).map(([name, { replay }]) =>
        replay == null ? null : (
          <div key={name} style={{ display: 'block' }}>
            <div>
              <span class="cut">
                <b>{replay.file.split('/').at(-1)}</b> {formatFull(replay.sent)} of {formatFull(replay.total)}
              </span>
              <span>{replay.done ? 'done' : leftWords(replay.total - replay.sent, replay.per_second)}</span>
            </div>
            <div class="progress">
              <i style={{ width: `${replay.total === 0 ? 100 : (100 * replay.sent) / replay.total}%` }} />
            </div>
          </div>
        ),
      )}
      <div>
        <span>
          event clock{' '}
          <b>
            {formatDate(dataNowMs(), zone.value)} {formatClock(dataNowMs(), zone.value, true)}
          </b>
        </span>
        <span class="purple">
          watermark {watermark === null ? 'none yet' : formatClock(watermark, zone.value, true)}
        </span>
      </div>
    </div>
  );
}

function leftWords(events: number, perSecond: number): string {
  return perSecond <= 0 ? 'waits' : `${formatDuration(Math.ceil(events / perSecond) * 1000)} left`;
}

function slowest(delays: readonly (number | null)[]): number | null {
  return delays.reduce<number | null>((most, ms) => (ms == null ? most : Math.max(most ?? 0, ms)), null);
}

/** One slow stream holds back what is made of it, so the least counts; an idle one holds nothing back. */
export function slowestWatermark({ streams }: Overview): number | null {
  const all = Object.values(streams);
  const going = all.filter(({ idle }) => !idle);
  return (going.length === 0 ? all : going).reduce<number | null>(
    (least, { watermark }) => (watermark == null ? least : Math.min(least ?? watermark, watermark)),
    null,
  );
}

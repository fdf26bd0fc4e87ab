import { batch, computed, effect, signal } from '@preact/signals';
import type { Overview } from '../../../api/schemas/overview.ts';
import type { PipelineDescription } from '../../../api/schemas/pipeline.ts';
import type { StreamMessage } from '../../../client/event-stream.ts';
import { mergePatch } from '../../../client/merge-patch.ts';
import { Api } from '../api/client.ts';
import type { Zone } from '../format/times.ts';
import { Session } from '../sign-in/session.ts';
import { type ConnectionState, LiveConnection } from './connection.ts';
import { readSetting, tabStorage, writeSetting } from './settings.ts';

/** The state of the page: signals that components read. What the server says comes in here, and nowhere else. */

/** Who is signed in, where the server asks for that. */
export const session = new Session({
  fetch: (url, init) => fetch(url, init),
  storage: tabStorage(),
  url: () => location.href,
  leaveFor: (url) => location.assign(url),
  showUrl: (url) => {
    history.replaceState(null, '', url);
    // The part of the page is read from the address, and nobody is told where it is replaced.
    dispatchEvent(new HashChangeEvent('hashchange'));
  },
  nowMs: () => Date.now(),
});
export const api = new Api(session.fetch);

/** The newest that the server has said, with when that was by this machine's own clock. */
interface Picture {
  readonly overview: Overview;
  readonly receivedMs: number;
}

export const pipeline = signal<PipelineDescription | null>(null);
export const connection = signal<ConnectionState>({ kind: 'connecting' });
const newest = signal<Picture | null>(null);
const frozen = signal<Picture | null>(null);

export const isPaused = computed(() => frozen.value !== null);
/** What is to be seen: the newest, or while the page is paused that of the pause. */
const picture = computed(() => frozen.value ?? newest.value);
export const overview = computed(() => picture.value?.overview ?? null);
/** What came while the page was paused. */
export const missed = computed(() => {
  const [then, now] = [frozen.value?.overview, newest.value?.overview];
  if (then === undefined || now === undefined) return { events: 0, windows: 0 };
  const open = (of: Overview) => Object.values(of.views).reduce((sum, { version }) => sum + version, 0);
  return { events: now.counters.delivered - then.counters.delivered, windows: open(now) - open(then) };
});

/** Counts the seconds of this page: what shows ages and countdowns reads it. */
export const tick = signal(0);

/** The server's clock at this moment; while paused or without a connection that of the last picture. */
export function serverNowMs(): number {
  void tick.value;
  const shown = picture.value;
  if (shown === null) return Date.now();
  if (frozen.value !== null || connection.value.kind === 'lost') return shown.overview.now;
  return shown.overview.now + Math.max(0, performance.now() - shown.receivedMs);
}

/**
 * The clock that the data's ages go by: event time in a replay, or a file of years ago would be years late.
 */
export function dataNowMs(): number {
  const replayed = replayedStreams();
  if (replayed.length === 0) return serverNowMs();
  // Once a file has come to its end the watermark goes on with the clock, and passes the latest event.
  return replayed.reduce(
    (latest, { latest_event, watermark }) => Math.max(latest, latest_event ?? latest, watermark ?? latest),
    Number.NEGATIVE_INFINITY,
  );
}

function replayedStreams() {
  return Object.values(overview.value?.streams ?? {}).filter(({ replay }) => replay != null);
}

/** What stands at `dataNowMs`: without a connection nobody knows what is now, and a file's now is years ago. */
export function nowWords(): string {
  if (connection.value.kind === 'lost') return 'last picture';
  return replayedStreams().length > 0 ? 'event clock' : 'now';
}

export function pause(): void {
  frozen.value = newest.value;
}

export function goLive(): void {
  frozen.value = null;
}

export const zone = signal<Zone>(readSetting('zone') === 'local' ? 'local' : 'UTC');
export type Theme = 'light' | 'dark' | 'system';
const storedTheme = readSetting('theme');
export const theme = signal<Theme>(storedTheme === 'light' || storedTheme === 'dark' ? storedTheme : 'system');
const systemDark = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(systemDark.matches);
systemDark.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches;
});
/** The colours that are on the page, also where the system changes them in the evening. */
export const colors = computed(() => {
  if (theme.value !== 'system') return theme.value;
  return systemIsDark.value ? 'dark' : 'light';
});

effect(() => writeSetting('zone', zone.value));
effect(() => {
  writeSetting('theme', theme.value);
  if (theme.value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});

const HIDDEN_TOO_LONG_MS = 30_000;

/** Begins to listen, and to mind whether anybody looks. */
export function begin(): void {
  const live = new LiveConnection(
    {
      open: (lastId, signal) => api.live(lastId, signal),
      nowMs: () => Date.now(),
      everyMs: () => api.liveEveryMs,
      random: Math.random,
      after: (ms, action) => {
        const timer = setTimeout(action, ms);
        return () => clearTimeout(timer);
      },
    },
    receive,
    (state) => {
      connection.value = state;
    },
  );
  tryNow = () => live.connect();
  live.connect();
  setInterval(() => {
    if (performance.now() - tickedMs > LEAST_TICK_MS) nextTick();
  }, 1000);
  addEventListener('online', () => live.connect());
  let closing: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(closing);
    if (document.hidden) closing = setTimeout(() => live.close(), HIDDEN_TOO_LONG_MS);
    else if (connection.value.kind === 'closed') live.connect();
  });
}

export let tryNow: () => void = () => {};

function receive({ event, data }: StreamMessage): void {
  const said: unknown = JSON.parse(data);
  const before = newest.value?.overview;
  if (event === 'snapshot') show(said as Overview);
  else if (event === 'patch' && before !== undefined) show(mergePatch(before, said));
  else return;
  // A reload of the definition, or a server that has started again, may have other views.
  if (before?.generation !== newest.value?.overview.generation) void loadPipeline();
}

/** A picture and a second of the clock come together: what reads both is drawn once. */
function show(next: Overview): void {
  batch(() => {
    newest.value = { overview: next, receivedMs: performance.now() };
    nextTick();
  });
}

const LEAST_TICK_MS = 900;
let tickedMs = 0;

function nextTick(): void {
  tickedMs = performance.now();
  tick.value++;
}

/** A build of the page that is not the one that runs here. */
export const newerBuild = signal(false);

async function loadPipeline(): Promise<void> {
  try {
    const loaded = await api.pipeline();
    if (pipeline.value !== null && pipeline.value.build !== loaded.build) newerBuild.value = true;
    pipeline.value = loaded;
  } catch {
    // The connection says it: the next snapshot asks again.
  }
}

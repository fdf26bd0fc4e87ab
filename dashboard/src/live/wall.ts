import { effect, signal } from '@preact/signals';

/** Seen from far away: no controls, large figures, a screen that stays awake. `?wall` in the address, or the key W. */

const asked = new URLSearchParams(location.search);
export const isWall = signal(asked.has('wall'));
/** Counts turns: alerts change with each, and views where `?turn=20s` asks for it. */
export const alertTurn = signal(0);
export const viewTurn = signal(0);

const ALERT_TURN_MS = 8_000;

export function toggleWall(): void {
  isWall.value = !isWall.value;
  const query = new URLSearchParams(location.search);
  if (isWall.value) query.set('wall', '');
  else query.delete('wall');
  const search = query.toString().replaceAll(/=(?=&|$)/g, '');
  history.replaceState(null, '', `${location.pathname}${search === '' ? '' : `?${search}`}${location.hash}`);
}

/** `20s` or `20`, in seconds; null where views are not to take turns. */
export function turnMs(text: string | null): number | null {
  const [, seconds] = /^(\d+)\s*s?$/.exec(text ?? '') ?? [];
  return seconds === undefined || Number(seconds) < 1 ? null : Number(seconds) * 1000;
}

/** Who prefers little motion gets no turns. */
function isCalm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

export function beginWall(): void {
  let lock: WakeLockSentinel | null = null;
  const stayAwake = async () => {
    try {
      lock = (await navigator.wakeLock?.request('screen')) ?? null;
    } catch {
      // Not every browser may; the screen then sleeps as always.
    }
  };
  effect(() => {
    if (!isWall.value) {
      delete document.documentElement.dataset.wall;
      void lock?.release();
      lock = null;
      return;
    }
    document.documentElement.dataset.wall = '';
    void stayAwake();
    const every = turnMs(asked.get('turn'));
    const timers = [
      setInterval(() => {
        if (!isCalm()) alertTurn.value++;
      }, ALERT_TURN_MS),
      ...(every === null
        ? []
        : [
            setInterval(() => {
              if (!isCalm()) viewTurn.value++;
            }, every),
          ]),
    ];
    return () => timers.forEach(clearInterval);
  });
  // A tab that was hidden has lost the lock.
  document.addEventListener('visibilitychange', () => {
    if (isWall.value && !document.hidden) void stayAwake();
  });
}

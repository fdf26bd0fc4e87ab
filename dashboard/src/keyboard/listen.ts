import { mainView } from '../charts/kind.ts';
import { walkAlerts } from '../components/alert-strip.tsx';
import { nextTheme } from '../components/bar.tsx';
import { goLive, isPaused, overview, pause, pipeline } from '../live/store.ts';
import { toggleWall } from '../live/wall.ts';
import { go, route, setQuery } from '../pages/route.ts';
import { type Action, actionOf, nextWindow } from './keys.ts';
import { hasLetters, overlay } from './overlay.ts';

const TYPES_TEXT = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]';
const TAKES_KEYS =
  'button, a, input, select, summary, [role=img], [role=application], [role=slider], [role=option], [data-keys]';

export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const action = actionOf(event, {
      isTyping: target.matches(TYPES_TEXT),
      isControl: target.closest(TAKES_KEYS) !== null,
      isDialog: document.querySelector('dialog[open]') !== null,
      hasLetters: hasLetters.value,
    });
    if (action !== null && act(action)) event.preventDefault();
  });
}

/** Whether anything was done: a key that does nothing here is the browser's. */
function act(action: Action): boolean {
  switch (action.kind) {
    case 'page':
      go({ page: action.page });
      return true;
    case 'search':
      return focusOn('[data-search], input[type=search]');
    case 'commands':
      overlay.value = 'commands';
      return true;
    case 'help':
      overlay.value = 'help';
      return true;
    case 'pause':
      if (isPaused.value) goLive();
      else pause();
      return true;
    case 'live':
      goLive();
      if (route.value.query?.from !== undefined) setQuery({ from: null, to: null });
      return true;
    case 'window':
      return walkWindows(action.by);
    case 'alert':
      if (route.value.page === 'alerts') return walkRows(action.by);
      walkAlerts(action.by);
      return true;
    case 'row':
      return walkRows(action.by);
    case 'acknowledge':
      return click('[data-acknowledge]');
    case 'compare':
      return click('[data-compare]');
    case 'wall':
      toggleWall();
      return true;
    case 'theme':
      nextTheme();
      return true;
    case 'escape':
      return false;
  }
}

function focusOn(selector: string): boolean {
  const found = document.querySelector(selector);
  if (!(found instanceof HTMLElement)) return false;
  found.focus();
  return true;
}

function click(selector: string): boolean {
  const found = document.querySelector(selector);
  if (!(found instanceof HTMLElement)) return false;
  found.click();
  return true;
}

/** Rows are links; the one that is shown says so. */
function walkRows(by: number): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
  next?.click();
  next?.focus();
  return next !== undefined;
}

function walkWindows(by: number): boolean {
  const { page, name, query } = route.value;
  if (page !== 'overview' && page !== 'views') return false;
  const view = name ?? mainView(pipeline.value?.views ?? [])?.name ?? '';
  const starts = Object.keys(overview.value?.views[view]?.cells ?? {}).map(Number);
  const chosen = query?.window === undefined ? null : Number(query.window);
  const next = nextWindow(starts, chosen, by);
  if (next !== null) setQuery({ window: String(next) });
  return next !== null;
}

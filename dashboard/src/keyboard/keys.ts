import { PAGES, type PageName } from '../pages/names.ts';

/** What a key asks for. */
export type Action =
  | { readonly kind: 'page'; readonly page: PageName }
  | { readonly kind: 'window' | 'alert' | 'row'; readonly by: number }
  | {
      readonly kind:
        | 'search'
        | 'commands'
        | 'pause'
        | 'live'
        | 'acknowledge'
        | 'compare'
        | 'wall'
        | 'theme'
        | 'help'
        | 'escape';
    };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export interface Where {
  /** The focus is where text is written. */
  readonly isTyping: boolean;
  /** The focus is on something that takes keys itself: a button, a chart, a list. */
  readonly isControl: boolean;
  readonly isDialog: boolean;
  /** Single letters may be switched off: speech input and trembling hands press them unasked. */
  readonly hasLetters: boolean;
}

const MANY_WINDOWS = 10;

export function actionOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress, where: Where): Action | null {
  // A dialog closes itself on Escape and keeps all other keys.
  if (where.isDialog) return null;
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return { kind: 'commands' };
  if (ctrlKey || metaKey || altKey) return null;
  if (key === 'Escape') return { kind: 'escape' };
  if (where.isTyping) return null;
  if (key === ' ') return where.isControl ? null : { kind: 'pause' };
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const by = (key === 'ArrowLeft' ? -1 : 1) * (shiftKey ? MANY_WINDOWS : 1);
    return where.isControl ? null : { kind: 'window', by };
  }
  return where.hasLetters ? letterAction(key) : null;
}

function letterAction(key: string): Action | null {
  const page = PAGES[Number(key) - 1];
  if (page !== undefined) return { kind: 'page', page };
  switch (key.toLowerCase()) {
    case '/':
      return { kind: 'search' };
    case 'l':
      return { kind: 'live' };
    case '[':
      return { kind: 'alert', by: -1 };
    case ']':
      return { kind: 'alert', by: 1 };
    case 'j':
      return { kind: 'row', by: 1 };
    case 'k':
      return { kind: 'row', by: -1 };
    case 'a':
      return { kind: 'acknowledge' };
    case 'c':
      return { kind: 'compare' };
    case 'w':
      return { kind: 'wall' };
    case 't':
      return { kind: 'theme' };
    case '?':
      return { kind: 'help' };
    default:
      return null;
  }
}

/** For the list that `?` opens. */
export const KEY_WORDS: readonly (readonly [keys: string, words: string])[] = [
  ['1 – 5', 'pages'],
  ['/', 'search'],
  ['Ctrl K', 'commands: views, pages, alerts'],
  ['Space', 'pause, go on'],
  ['L', 'live'],
  ['← →', 'window by window, with Shift ten'],
  ['[ ]', 'alerts'],
  ['J K', 'rows, next and previous'],
  ['A', 'acknowledge'],
  ['C', 'compare with the period before'],
  ['W', 'wall'],
  ['T', 'theme'],
  ['?', 'what words mean, and this list'],
  ['Esc', 'close, reset zoom'],
];

/** The window that is `by` windows after the chosen one; from none the last one. */
export function nextWindow(starts: readonly number[], chosen: number | null, by: number): number | null {
  const sorted = [...starts].sort((a, b) => a - b);
  const at = chosen === null ? sorted.length : sorted.findIndex((start) => start >= chosen);
  const from = at === -1 ? sorted.length : at;
  return sorted[Math.max(0, Math.min(sorted.length - 1, from + by))] ?? null;
}

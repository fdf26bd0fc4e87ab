import type { Overview } from '../../../api/schemas/overview.ts';
import type { PipelineDescription } from '../../../api/schemas/pipeline.ts';
import { PAGE_WORDS, PAGES } from '../pages/names.ts';
import type { Route } from '../pages/path.ts';

/** Somewhere that `Ctrl K` leads to. */
export interface Command {
  readonly kind: string;
  readonly words: string;
  readonly to: Route;
}

const MOST = 12;

export function commandsOf(described: PipelineDescription | null, shown: Overview | null): readonly Command[] {
  return [
    ...PAGES.map((page): Command => ({ kind: 'page', words: PAGE_WORDS[page], to: { page } })),
    ...(described?.views ?? []).map(
      ({ name }): Command => ({ kind: 'view', words: name, to: { page: 'views', name } }),
    ),
    ...(described?.streams ?? []).map(
      ({ name }): Command => ({ kind: 'stream', words: name, to: { page: 'pipeline', name: `stream:${name}` } }),
    ),
    ...Object.entries(shown?.incidents ?? {}).map(
      ([id, { alert, view }]): Command => ({
        kind: 'alert',
        words: `${alert} of ${view}`,
        to: { page: 'alerts', name: id },
      }),
    ),
  ];
}

/** Those that hold each word of the text, the ones that begin with it first. */
export function matching(commands: readonly Command[], text: string): readonly Command[] {
  const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = ({ words }: Command) => (words.toLowerCase().startsWith(parts[0] ?? '') ? 0 : 1);
  return commands
    .filter(({ kind, words }) => parts.every((part) => `${kind} ${words}`.toLowerCase().includes(part)))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST);
}

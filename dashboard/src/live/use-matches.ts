import { useMemo } from 'preact/hooks';
import type { Group } from '../../../api/schemas/common.ts';
import type { ViewDescription } from '../../../api/schemas/pipeline.ts';
import { type Match, matchesIn, matchesOf, matchViews } from '../charts/matches.ts';
import { type Span, spanParameters } from '../pages/span.ts';
import { useAnswer } from './answers.ts';
import { api, overview, pipeline } from './store.ts';

/** Of each pattern the newest: more marks than this on one chart are a line. */
const MOST_MATCHES = 200;

/** Matches of patterns in the events of a view, of those groups alone where some are given. They come after the chart, and never hold it up. */
export function useMatches(view: ViewDescription, span: Span, groups: readonly Group[] = []): readonly Match[] {
  const from = matchViews(view, pipeline.value?.views ?? []);
  const versions = from.map(({ name }) => `${name} ${overview.value?.views[name]?.version ?? 0}`);
  const { data } = useAnswer(
    from.length === 0 ? null : `matches ${versions.join()} ${span.fromMs} ${span.toMs}`,
    async () => {
      const asked = { ...spanParameters(span), order: 'latest', limit: MOST_MATCHES };
      const pages = await Promise.all(from.map(({ name }) => api.windows(name, asked)));
      return pages.flatMap(({ rows }, i) => matchesOf(from[i] as ViewDescription, rows));
    },
  ).value;
  return useMemo(() => (data === null ? NONE : matchesIn(data, groups)), [data, JSON.stringify(groups)]);
}

const NONE: readonly Match[] = [];

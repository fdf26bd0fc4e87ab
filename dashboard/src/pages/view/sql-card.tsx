import type { ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { sqlTokens } from '../../format/sql-tokens.ts';
import { useAnswer } from '../../live/answers.ts';
import { api, overview } from '../../live/store.ts';
import { setQuery } from '../route.ts';

export const DIALECTS = ['duckdb', 'athena'] as const;
export type Dialect = (typeof DIALECTS)[number];
const WORDS: Readonly<Record<Dialect, string>> = { duckdb: 'DuckDB', athena: 'Athena' };

/** The same rows in batch: a query that gives them, to be checked against or to go on from. */
export function SqlCard({ view, dialect }: { readonly view: ViewDescription; readonly dialect: Dialect }) {
  const answer = useAnswer(`${view.name} ${dialect} ${overview.value?.generation}`, () => api.sql(view.name, dialect));
  const { data, problem, isSlow } = answer.value;
  // That there is none, as of patterns, is no failure.
  const cannot = problem?.code === 'bad_query' ? problem.detail : null;
  return (
    <Card
      view={view}
      title="SQL of this view"
      place="sql"
      what=""
      problem={cannot === null ? problem : null}
      isSlow={isSlow}
      end={
        <span class="inline">
          <fieldset class="segments">
            <legend class="hidden-text">Dialect</legend>
            {DIALECTS.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === dialect}
                onClick={() => setQuery({ sql: one === 'duckdb' ? null : one })}
              >
                {WORDS[one]}
              </button>
            ))}
          </fieldset>
          <CopyButton words="Copy" text={() => data?.sql ?? ''} />
        </span>
      }
    >
      {cannot !== null && <p class="what">{cannot}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre class="sql" tabIndex={0}>
        {sqlTokens(data?.sql ?? '').map(({ kind, text }, i) => (
          <span key={i} class={kind}>
            {text}
          </span>
        ))}
      </pre>
    </Card>
  );
}

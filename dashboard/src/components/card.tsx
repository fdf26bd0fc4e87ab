import type { ComponentChildren } from 'preact';
import type { Problem } from '../../../api/schemas/common.ts';
import type { ViewDescription } from '../../../api/schemas/pipeline.ts';
import { formatClock } from '../format/times.ts';
import { overview, zone } from '../live/store.ts';
import { pathOf } from '../pages/path.ts';
import { idOf } from '../pages/pipeline/graph.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import { reportOf } from './report.ts';

interface CardProps {
  readonly view: ViewDescription;
  /** `main`, `side` or nothing: the place on the page. */
  readonly place?: string;
  readonly what: string;
  /** In place of the view's name and its link: on the view's own page. */
  readonly title?: string;
  readonly end?: ComponentChildren;
  readonly problem?: Problem | null;
  readonly isSlow?: boolean;
  readonly children: ComponentChildren;
}

/** The frame of a view on the page: its name, what one row is, and what is wrong with it if anything is. */
export function Card({ view, place = '', what, title, end, problem = null, isSlow = false, children }: CardProps) {
  const stuck = overview.value?.views[view.name]?.stuck ?? null;
  return (
    <section
      class={`card ${place}${stuck === null ? '' : ' stuck'}`}
      aria-label={title ?? view.name}
      aria-busy={isSlow}
    >
      {isSlow && <i class="busy" />}
      <header>
        <h2>{title ?? <a href={pathOf({ page: 'views', name: view.name })}>{view.name}</a>}</h2>
        <span class="what">{what}</span>
        {end !== undefined && <span class="end">{end}</span>}
      </header>
      {children}
      {stuck !== null && (
        <Box
          title={`These rows are of ${formatClock(overview.value?.views[view.name]?.closed_up_to ?? stuck.since, zone.value)}, the last that closed`}
          detail={stuck.detail}
          code={stuck.code}
        >
          <a class="button primary" href={pathOf({ page: 'pipeline', name: idOf('view', view.name) })}>
            See what holds it back
          </a>
          <CopyButton words="Copy report" text={() => reportOf(view.name)} />
        </Box>
      )}
      {stuck === null && problem !== null && <Box title={problem.title} detail={problem.detail} code={problem.code} />}
    </section>
  );
}

interface BoxProps {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly children?: ComponentChildren;
}

function Box({ title, detail, code, children }: BoxProps) {
  return (
    <div class="box" role="alert">
      <Icon name="critical" size={14} />
      <div>
        <b>{title}</b>
        <p>
          <bdi>{detail}</bdi> <code>{code}</code>
        </p>
        {children !== undefined && <div class="buttons">{children}</div>}
      </div>
    </div>
  );
}

import { PageHead } from '../../components/page-head.tsx';
import { Segments } from '../../components/segments.tsx';
import { formatFull } from '../../format/numbers.ts';
import { dataNowMs, overview, pipeline, tick, zone } from '../../live/store.ts';
import { route, setQuery } from '../route.ts';
import { NodeAside } from './aside.tsx';
import { PipelineDrawing } from './drawing.tsx';
import { costWords, MODES, type Mode, type Picture } from './facts.ts';
import { type Graph, graphOf } from './graph.ts';
import { PipelineList } from './list.tsx';

const WORDS: Readonly<Record<Mode, string>> = {
  rates: 'Rates',
  watermarks: 'Watermarks',
  state: 'State size',
  cost: 'Cost',
};

/** The pipeline as a drawing: streams, views, outputs, and what goes from one to the other. */
export function PipelinePage() {
  const described = pipeline.value;
  const shown = overview.value;
  if (described === null || shown === null) return <main id="main" aria-busy="true" />;
  void tick.value;
  const picture: Picture = { described, shown, zone: zone.value, nowMs: dataNowMs() };
  const graph = graphOf(described);
  const mode = MODES.find((known) => known === route.value.query?.mode) ?? 'rates';
  const outputs = graph.nodes.filter(({ column }) => column === graph.columns - 1).length;
  const of = (count: number, one: string) => `${formatFull(count)} ${count === 1 ? one : `${one}s`}`;
  const counts = [of(described.streams.length, 'stream'), of(described.views.length, 'view'), of(outputs, 'output')];
  return (
    <main id="main" class="paged">
      <PageHead
        title="Pipeline"
        what={`${counts.join(', ')}. ${mode === 'cost' ? costWords(shown) : 'Rates are of now.'}`}
      >
        <span class="keys wide-only">width of an arrow: its rate, log scale</span>
        <Segments
          label="What to show"
          choices={MODES.map((known) => [known, WORDS[known]] as const)}
          chosen={mode}
          choose={(next) => setQuery({ mode: next === 'rates' ? null : next })}
        />
      </PageHead>
      <Shown graph={graph} mode={mode} picture={picture} />
    </main>
  );
}

function Shown({ graph, mode, picture }: { readonly graph: Graph; readonly mode: Mode; readonly picture: Picture }) {
  const { name } = route.value;
  const chosen = graph.nodes.find(({ id }) => id === name) ?? graph.nodes.find(({ kind }) => kind === 'view');
  return (
    <div class="pipeline">
      <PipelineDrawing graph={graph} mode={mode} picture={picture} chosen={chosen} />
      <PipelineList graph={graph} mode={mode} picture={picture} chosen={chosen} />
      {chosen !== undefined && (
        <aside class="card node-aside" aria-label="The chosen node">
          <NodeAside node={chosen} graph={graph} mode={mode} picture={picture} />
        </aside>
      )}
    </div>
  );
}

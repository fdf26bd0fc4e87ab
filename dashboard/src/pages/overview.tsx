import { mainView } from '../charts/kind.ts';
import { AlertStrip } from '../components/alert-strip.tsx';
import { Ribbon } from '../components/ribbon.tsx';
import { ViewCard } from '../components/view-card.tsx';
import { overview, pipeline } from '../live/store.ts';
import { isWall, viewTurn } from '../live/wall.ts';
import { EmptyPage } from './empty.tsx';

/** Everything at a glance: alerts, the life of windows, a card for each view. */
export function OverviewPage() {
  const described = pipeline.value;
  if (described === null || overview.value === null) return <main id="main" aria-busy="true" />;
  if (overview.value.health.state === 'waiting_for_first_event') return <EmptyPage />;
  const main =
    isWall.value && viewTurn.value > 0
      ? described.views[viewTurn.value % described.views.length]
      : mainView(described.views);
  const others = described.views.filter((view) => view !== main);
  const side = others.find(({ group_by }) => group_by.length > 0) ?? others[0];
  // One or two share their row: a card alone in it would leave most of it empty.
  const rest = others.filter((view) => view !== side);
  // Nobody scrolls on a wall: what is below the first row takes turns with it, where that is asked for.
  const shown = isWall.value ? [] : rest;
  return (
    <main id="main">
      <AlertStrip />
      <Ribbon />
      <div class="cards">
        {main !== undefined && <ViewCard key={main.name} view={main} place="main" />}
        {side !== undefined && <ViewCard key={side.name} view={side} place="side" />}
        {shown.map((view) => (
          <ViewCard
            key={view.name}
            view={view}
            place={shown.length === 1 ? 'wide' : shown.length === 2 ? 'half' : ''}
          />
        ))}
      </div>
    </main>
  );
}

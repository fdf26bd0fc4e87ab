import { effect } from '@preact/signals';
import { Bar } from './components/bar.tsx';
import { ConnectionStrip } from './components/connection-strip.tsx';
import { LiveRegion } from './components/live-region.tsx';
import { Status } from './components/status.tsx';
import { WallClock } from './components/wall-clock.tsx';
import { Overlays } from './keyboard/overlays.tsx';
import { newerBuild, overview, pipeline } from './live/store.ts';
import { isWall } from './live/wall.ts';
import { AlertsPage } from './pages/alerts/page.tsx';
import { EventsPage } from './pages/events/page.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { PipelinePage } from './pages/pipeline/page.tsx';
import { route } from './pages/route.ts';
import { ViewPage } from './pages/view/page.tsx';
import { ViewListPage } from './pages/view-list.tsx';

effect(() => {
  const open = overview.value?.open_incidents ?? 0;
  const name = pipeline.value?.name ?? 'streamgauge';
  document.title = open === 0 ? name : `${open} ${open === 1 ? 'alert' : 'alerts'} · ${name}`;
});

export function App() {
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      {isWall.value ? <WallClock /> : <Bar />}
      <LiveRegion />
      {newerBuild.value && (
        <div class="notice" role="status">
          A newer page is ready.
          <button type="button" class="button" onClick={() => location.reload()}>
            Reload
          </button>
        </div>
      )}
      <Page />
      <Overlays />
    </>
  );
}

function Page() {
  const { page, name } = route.value;
  switch (page) {
    case 'views':
      return (
        <>
          <ConnectionStrip />
          {name === undefined ? <ViewListPage /> : <ViewPage name={name} />}
        </>
      );
    case 'alerts':
    case 'events':
    case 'pipeline':
      return (
        <>
          <ConnectionStrip />
          {page === 'alerts' ? <AlertsPage /> : page === 'events' ? <EventsPage /> : <PipelinePage />}
        </>
      );
    default:
      return (
        <>
          <Status />
          <ConnectionStrip />
          <OverviewPage />
        </>
      );
  }
}

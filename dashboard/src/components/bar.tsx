import { formatCount } from '../format/numbers.ts';
import { overlay } from '../keyboard/overlay.ts';
import { api, connection, goLive, isPaused, overview, pause, pipeline, session, theme, zone } from '../live/store.ts';
import { PAGE_WORDS, PAGES, type PageName } from '../pages/names.ts';
import { pathOf } from '../pages/path.ts';
import { route } from '../pages/route.ts';
import { Icon } from './icon.tsx';
import { RangeSelect } from './range-select.tsx';

export function Bar() {
  return (
    <header class="bar">
      <a class="brand" href={pathOf({ page: 'overview' })}>
        <Icon name="brand" />
        <span class="product">streamgauge</span>
        {pipeline.value !== null && (
          <>
            <span class="slash">/</span>
            <bdi>{pipeline.value.name}</bdi>
          </>
        )}
      </a>
      <nav class="nav" aria-label="Pages">
        {PAGES.map((page) => (
          <a key={page} href={pathOf({ page })} aria-current={route.value.page === page ? 'page' : undefined}>
            {PAGE_WORDS[page]}
            <Badge page={page} />
          </a>
        ))}
      </nav>
      <div class="end">
        <LiveButton />
        {route.value.page === 'overview' && <RangeSelect />}
        <button
          type="button"
          class="button optional"
          onClick={() => (zone.value = zone.value === 'UTC' ? 'local' : 'UTC')}
        >
          {zone.value === 'UTC' ? 'UTC' : 'Local time'}
        </button>
        <button type="button" class="button optional" onClick={nextTheme} title="Theme">
          {theme.value === 'dark' ? 'Dark' : theme.value === 'light' ? 'Light' : 'Auto'}
        </button>
        {session.isSignedIn && (
          <button type="button" class="button" onClick={session.signOut}>
            Sign out
          </button>
        )}
        <button
          type="button"
          class="button quiet optional"
          title="Commands: go to a page, view or alert"
          onClick={() => {
            overlay.value = 'commands';
          }}
        >
          <kbd>Ctrl</kbd> <kbd>K</kbd>
        </button>
        <button
          type="button"
          class="button quiet optional"
          aria-label="What words mean, and keys"
          title="What words mean, and keys"
          onClick={() => {
            overlay.value = 'help';
          }}
        >
          <kbd>?</kbd>
        </button>
      </div>
    </header>
  );
}

/** How many there are of what a page shows. Its room is kept while that is not known, or the names after it would move. */
function Badge({ page }: { readonly page: PageName }) {
  if (page === 'overview' || page === 'pipeline') return null;
  const { words, isBad = false } = badgeOf(page);
  return <span class={words === '' ? 'count none' : isBad ? 'count bad' : 'count'}>{words}</span>;
}

function badgeOf(page: PageName): { readonly words: string; readonly isBad?: boolean } {
  const shown = overview.value;
  if (page === 'views') return { words: pipeline.value === null ? '' : String(pipeline.value.views.length) };
  if (page === 'alerts') {
    const open = shown?.open_incidents ?? 0;
    return { words: open === 0 ? '' : formatCount(open), isBad: true };
  }
  const { dead = 0, late = 0 } = shown?.counters ?? {};
  return { words: dead + late === 0 ? '' : formatCount(dead + late) };
}

function LiveButton() {
  if (isPaused.value) {
    return (
      <button type="button" class="button primary" onClick={goLive}>
        Go on live
      </button>
    );
  }
  const { kind } = connection.value;
  const isHollow = kind !== 'live';
  const words = kind === 'live' ? 'Live' : kind === 'lost' ? 'Connecting again' : 'Connecting';
  return (
    <button
      type="button"
      class={kind === 'lost' ? 'button live lost' : 'button live'}
      onClick={pause}
      title="Pause (Space)"
    >
      <i class={isHollow ? 'dot hollow' : 'dot'} />
      <span>
        {words}
        {kind === 'live' && <span class="long">{pace()}</span>}
      </span>
    </button>
  );
}

function pace(): string {
  if (overview.value?.health.state === 'waiting_for_first_event') return ', listening';
  return api.liveEveryMs === 1000 ? ', each second' : `, each ${api.liveEveryMs / 1000} s`;
}

/** The system's theme, then light, then dark. */
export function nextTheme(): void {
  theme.value = theme.value === 'system' ? 'light' : theme.value === 'light' ? 'dark' : 'system';
}

import { signal } from '@preact/signals';
import { parsePath, pathOf, type Route } from './path.ts';

/** The page at hand, as the address says it. */
export const route = signal<Route>(parsePath(location.hash));
addEventListener('hashchange', () => {
  route.value = parsePath(location.hash);
});

export function go(next: Route): void {
  location.hash = pathOf(next);
}

/** Changes settings of the page at hand, without a step in the browser's history. */
export function setQuery(change: Readonly<Record<string, string | null>>): void {
  const { page, name, query = {} } = route.value;
  const next = Object.entries({ ...query, ...change }).filter((entry): entry is [string, string] => entry[1] !== null);
  const changed: Route = { page, ...(name !== undefined && { name }), query: Object.fromEntries(next) };
  history.replaceState(null, '', pathOf(changed));
  route.value = changed;
}

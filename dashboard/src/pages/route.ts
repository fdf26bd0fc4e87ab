import { signal } from '@preact/signals';
import { PAGES, type Route } from './names.ts';

/** What is to be seen is all in the address, behind `#`, so that a link leads to the same picture from any server. */

export type { Route };

export function parsePath(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [first = '', name] = path.split('/', 2).map(decode);
  const page = PAGES.find((known) => known === first) ?? 'overview';
  const query = Object.fromEntries(new URLSearchParams(search));
  return { page, ...(name !== undefined && name !== '' && { name }), ...(search !== '' && { query }) };
}

export function pathOf({ page, name, query = {} }: Route): string {
  const search = new URLSearchParams(query).toString();
  const rest = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `#/${page}${rest}${search === '' ? '' : `?${search}`}`;
}

/** A part that is no encoded text stands for itself: addresses are typed by hand too. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

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

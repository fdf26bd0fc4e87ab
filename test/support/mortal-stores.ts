import type { RunStores } from '../../runtime/file-run.ts';

/** Every write of every port goes through `mortal`, which may make it, or die before or after; reads go straight on. */
export function mortalStores(
  { state, pages, results, queue, deadLetters, pause }: RunStores,
  mortal: <T>(write: () => Promise<T>) => Promise<T>,
): RunStores {
  return {
    state: {
      get: (key) => state.get(key),
      query: (range) => state.query(range),
      transact: (writes) => mortal(() => state.transact(writes)),
      delete: (keys) => mortal(() => state.delete(keys)),
    },
    pages: {
      get: (page) => pages.get(page),
      put: (key, bytes) => mortal(() => pages.put(key, bytes)),
      delete: (dropped) => mortal(() => pages.delete(dropped)),
      list: (partition) => pages.list(partition),
    },
    results: {
      get: (keys) => results.get(keys),
      put: (rows) => mortal(() => results.put(rows)),
      windows: (query) => results.windows(query),
      latest: (view, group, atMs) => results.latest(view, group, atMs),
    },
    queue: {
      send: (wakes) => mortal(() => queue.send(wakes)),
      waiting: (limit) => queue.waiting(limit),
      remove: (ids) => mortal(() => queue.remove(ids)),
    },
    deadLetters: {
      put: (records) => mortal(() => deadLetters.put(records)),
      each: (stream, kind) => deadLetters.each(stream, kind),
    },
    pause,
  };
}

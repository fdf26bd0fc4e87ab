import { overview, pipeline } from '../live/store.ts';

/** What whoever helps wants to know, and nothing that an event holds. */
export function reportOf(view: string): string {
  const shown = overview.value;
  return JSON.stringify(
    {
      pipeline: pipeline.value?.name,
      build: pipeline.value?.build,
      at: shown === null ? null : new Date(shown.now).toISOString(),
      view,
      state: shown?.views[view],
      health: shown?.health,
      streams: shown?.streams,
    },
    null,
    2,
  );
}

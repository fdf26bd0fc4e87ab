import type { FinalizeDeps } from '../../lambdas/finalize/make-handler.ts';

/** For wake-ups that come from no queue: nobody else would be handed them. */
export const noVisibility: FinalizeDeps['visibility'] = { hold: () => ({ release: async () => {} }) };

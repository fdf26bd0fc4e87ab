import { LIST_PRICES } from '../../../contracts/prices.ts';
import { CapacityError } from '../../../cost/capacity.ts';
import { costOf } from '../../../cost/cost-model.ts';
import type { PipelinePlan } from '../../../engine/plan/plan.ts';
import { settingsFromContext } from '../../../lib/context-settings.ts';
import type { CostAt } from '../../../runtime/live/overview.ts';

/** As `streamgauge cost` takes them where it is told nothing else. */
const EVENT_BYTES = 230;
const GROUPS = 1000;
const DAYS_PER_MONTH = 730 / 24;

/**
 * What the pipeline would cost on AWS at a rate, with the default settings: what `streamgauge cost --rate N` prints. Null where
 * that cannot be deployed. Each rate is reckoned once.
 */
export function costAtOf(plan: () => PipelinePlan): CostAt {
  const { settings } = settingsFromContext({});
  const known = new WeakMap<PipelinePlan, Map<number, ReturnType<CostAt>>>();
  return (eventsPerSecond) => {
    const running = plan();
    const rates = known.get(running) ?? new Map<number, ReturnType<CostAt>>();
    known.set(running, rates);
    const found = rates.get(eventsPerSecond);
    if (found !== undefined) return found;
    const cost = reckon(running, eventsPerSecond);
    rates.set(eventsPerSecond, cost);
    return cost;
  };

  function reckon({ name, streams, views }: PipelinePlan, eventsPerSecond: number): ReturnType<CostAt> {
    const pipeline = {
      kind: 'pipeline' as const,
      name,
      streams: streams.map(({ definition }) => definition),
      views: views.map(({ definition }) => definition),
    };
    const traffic = { eventsPerSecond, eventBytes: EVENT_BYTES, packing: { kind: 'none' as const }, groups: GROUPS };
    try {
      const { dollarsPerMonth, dollarsPerMillionEvents } = costOf({ pipeline, settings, ...traffic }, LIST_PRICES);
      if (dollarsPerMillionEvents === null) return null;
      return { dollars_per_million: dollarsPerMillionEvents, dollars_per_day: dollarsPerMonth / DAYS_PER_MONTH };
    } catch (error) {
      if (error instanceof CapacityError) return null;
      throw error;
    }
  }
}

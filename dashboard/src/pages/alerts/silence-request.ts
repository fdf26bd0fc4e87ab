import type { SilenceRequest } from '../../../../api/schemas/alerts.ts';
import type { Entry } from './sections.ts';

/** Of an incident of one group that group alone; of a storm the alert whole. A group with a null has no text to be found by. */
export function silenceOf({ lead, groups }: Entry, forMs: number): SilenceRequest {
  const fields = Object.entries(lead.group);
  const isOne = groups === 1 && fields.length > 0 && fields.every(([, value]) => value !== null);
  return {
    for_ms: forMs,
    view: lead.view,
    alert: lead.alert,
    ...(isOne && { group: Object.fromEntries(fields.map(([field, value]) => [field, String(value)])) }),
  };
}

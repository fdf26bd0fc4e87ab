import { type Condition, terminal, type View } from '../../engine/index.ts';

/** Events in a window from which on there is an incident, and a grave one. */
export const FEW = 2;
export const MANY = 3;

interface Settings {
  readonly early?: '1 second';
  readonly for?: number;
  readonly cooldown?: '10 seconds' | '40 seconds';
}

const events = (row: object) => (row as { readonly events: { gte(n: number): Condition } }).events;

/** The view with an alert on its number of events. */
export function alerted(view: View, settings: Settings = {}): View {
  return view.alert('busy', {
    when: (row) => events(row).gte(FEW),
    severity: { critical: (row) => events(row).gte(MANY), otherwise: 'warning' },
    to: [terminal()],
    groupAbove: 1000,
    ...settings,
  });
}

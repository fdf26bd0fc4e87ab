import type { Incident } from '../../../../api/schemas/alerts.ts';

/** An incident as the page lists it: one, or a storm of many groups by the same alert from the same window on. */
export interface Entry {
  /** The first of them: its words stand for all. */
  readonly lead: Incident;
  readonly ids: readonly string[];
  /** How many groups it is of. */
  readonly groups: number;
  /** Of a storm the worst ones, at most ten. */
  readonly worst: Incident['worst'];
}

export type SectionName = 'open' | 'acknowledged' | 'resolved';
export type Sections = Readonly<Record<SectionName, readonly Entry[]>>;

/** From so many groups of one alert and one window on they are listed as one. */
const STORM = 4;
const WORST = 10;

/** Incidents by what is to do about them. What late events took back is with what is resolved, and says so. */
export function sectionsOf(incidents: readonly Incident[]): Sections {
  const of = (name: SectionName) => entriesOf(incidents.filter(({ state }) => sectionOf(state) === name));
  return { open: of('open'), acknowledged: of('acknowledged'), resolved: of('resolved') };
}

function sectionOf(state: Incident['state']): SectionName {
  return state === 'open' || state === 'acknowledged' ? state : 'resolved';
}

function entriesOf(incidents: readonly Incident[]): readonly Entry[] {
  const together = new Map<string, Incident[]>();
  for (const incident of incidents) {
    const key = JSON.stringify([incident.view, incident.alert, incident.state, incident.from]);
    const found = together.get(key);
    if (found === undefined) together.set(key, [incident]);
    else found.push(incident);
  }
  return [...together.values()].flatMap((those) => (those.length < STORM ? those.map(single) : [storm(those)]));
}

function single(incident: Incident): Entry {
  return { lead: incident, ids: [incident.id], groups: incident.groups, worst: incident.worst.slice(0, WORST) };
}

function storm(those: readonly Incident[]): Entry {
  const lead = those[0] as Incident;
  return {
    lead,
    ids: those.map(({ id }) => id),
    groups: those.reduce((sum, { groups }) => sum + groups, 0),
    worst: those.slice(0, WORST).map(({ group, reason, until }) => ({ group, reason, until })),
  };
}

/** How many groups the entries are of: of two incidents one may be a storm. */
export function groupsOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { groups }) => sum + groups, 0);
}

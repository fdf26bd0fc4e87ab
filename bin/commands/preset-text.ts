import type { Prices } from '../../contracts/prices.ts';
import { type Cost, idleCostOf } from '../../cost/cost-model.ts';
import type { CostInput } from '../../cost/input.ts';
import { footnotes, headline, money, short } from './cost-text.ts';

interface PresetCost {
  readonly preset: string;
  readonly input: CostInput;
  readonly cost: Cost;
}

/** Presets side by side: how long an event waits, and what that saves. */
export function presetLines(costs: readonly PresetCost[], prices: Prices): string {
  const services = [...new Set(costs.flatMap(({ cost }) => cost.items.map(({ service }) => service)))];
  const row = (name: string, cellOf: (cost: PresetCost) => string) =>
    `  ${name.padEnd(30)}${costs.map((cost) => cellOf(cost).padStart(14)).join('')}`;
  const sumOf = ({ items }: Cost, service: string) =>
    items.filter((item) => item.service === service).reduce((sum, { dollars }) => sum + dollars, 0);
  const { input } = costs[0] as PresetCost;
  return [
    headline(input),
    '',
    row('', ({ preset }) => preset),
    row('an event waits, at most', ({ cost }) => `${cost.traffic.waitSeconds.toFixed(1)} s`),
    row('events a commit', ({ cost }) => short(cost.traffic.eventsPerCommit)),
    ...services.map((service) => row(`${service}, $ a month`, ({ cost }) => money(sumOf(cost, service)))),
    row('Total, $ a month', ({ cost }) => money(cost.dollarsPerMonth)),
    row('$ per million events', ({ cost: { dollarsPerMillionEvents: dollars } }) => dollars?.toFixed(4) ?? '-'),
    row('without events, $ a month', (each) => money(idleCostOf(each.input, prices).dollarsPerMonth)),
    '',
    ...footnotes(input, prices),
    '',
  ].join('\n');
}

import { describeExpression } from '../../engine/expression/describe.ts';
import { type AlertDefinition, type ChannelDefinition, channelName } from '../../engine/ir/alert.ts';
import { formatDuration } from '../../engine/ir/duration.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';

/** The alerts of a view in words, a line each. */
export function alertLines({ alerts }: ViewDefinition): string[] {
  return alerts.map((alert) => `  alert         ${alert.name}: ${alertInWords(alert)}`);
}

/** The alerts of a view as data: conditions in words. */
export function alertData({ alerts }: ViewDefinition): object[] {
  return alerts.map(({ when, severities, resolve, reason, to, ...alert }) => ({
    ...alert,
    when: describeExpression(when),
    severities: severities.map(({ severity, condition }) => ({ severity, when: describeExpression(condition) })),
    resolve: resolve === null ? null : describeExpression(resolve),
    reason: reason === null ? null : describeExpression(reason),
    to: to.map(receiver),
  }));
}

function alertInWords(alert: AlertDefinition): string {
  const { when, forWindows, resolve, cooldownMs, earlyMs, maxAgeMs, groupAbove, to } = alert;
  const windows = forWindows === 1 ? '' : ` in ${forWindows} windows in a row`;
  const end = resolve === null ? 'that is not true' : `${describeExpression(resolve)}, or the group has no row`;
  const cooldown = cooldownMs === 0 ? '' : `, for ${formatDuration(cooldownMs)}`;
  const early =
    earlyMs === null ? 'once a window is final' : `also of open windows, looked at every ${formatDuration(earlyMs)}`;
  return [
    `${severityInWords(alert)} where ${describeExpression(when)}${windows}, ${early}`,
    `over where ${end}${cooldown}`,
    `to ${to.map(receiver).join(', ')}, unless it is older than ${formatDuration(maxAgeMs)}`,
    `more than ${groupAbove.toLocaleString('en-US')} in one window are one message`,
  ].join('; ');
}

function severityInWords({ severities, otherSeverity }: AlertDefinition): string {
  const cases = severities.map(({ severity, condition }) => `${severity} if ${describeExpression(condition)}`);
  return cases.length === 0 ? otherSeverity : `${cases.join(', ')}, otherwise ${otherSeverity},`;
}

/** Paths of webhooks are often secrets. */
function receiver(channel: ChannelDefinition): string {
  return channel.kind === 'webhook' ? `webhook ${new URL(channel.url).origin}` : channelName(channel);
}

import { AwsAlertSinks } from '../../adapters/aws/alert-sinks.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { VARIABLES } from '../../contracts/environment.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { Environment } from './config.ts';
import type { AlertSinks } from './publish-alerts.ts';

/** The sinks that the environment tells of. Each opens when an alert needs it. */
export function alertSinksOf(environment: Environment, clock: Clock): AlertSinks {
  const budget = new TimeBudget();
  const topicArn = environment[VARIABLES.alertTopic] ?? null;
  const secretsPath = environment[VARIABLES.alertSecretsPath] ?? null;
  const places = {
    servedAt: environment[VARIABLES.alertLinks] ?? null,
    dashboardUrl: environment[VARIABLES.dashboardUrl] ?? null,
  };
  return { of: new AwsAlertSinks({ clock, budget, topicArn, secretsPath }).of, budget, places };
}

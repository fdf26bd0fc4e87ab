import { API_ACCESS, type ApiAccess, isApiAccess } from '../../contracts/api-access.ts';
import { VARIABLES } from '../../contracts/environment.ts';
import { ConfigError, type Environment } from '../shared/config.ts';

export interface ApiSettings {
  readonly allows: ApiAccess;
  readonly showsOpen: boolean;
  readonly pageBuild: string;
}

/** @throws ConfigError where the environment names an access that there is not. Where it names none, callers read. */
export function apiSettings(environment: Environment): ApiSettings {
  const allows = environment[VARIABLES.apiAllows] ?? 'read';
  if (!isApiAccess(allows)) {
    throw new ConfigError(
      `The environment variable ${VARIABLES.apiAllows} is '${allows}', and must be one of ${API_ACCESS.join(', ')}. The stack sets it: deploy the stack again.`,
    );
  }
  return {
    allows,
    showsOpen: environment[VARIABLES.apiOpenWindows] === 'true',
    pageBuild: environment[VARIABLES.pageBuild] ?? '',
  };
}

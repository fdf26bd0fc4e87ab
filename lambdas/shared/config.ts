import { VARIABLES, type Variable } from '../../contracts/environment.ts';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/** A setting of a Lambda is missing or wrong. The message names the environment variable and says what to do. */
export class ConfigError extends StreamgaugeError {
  override readonly name = 'ConfigError';
  readonly code = 'config';
}

export type Environment = Readonly<Record<string, string | undefined>>;

const ADVICE = 'The stack sets it: deploy the stack again.';

/** @throws ConfigError where the variable is not set, or empty. */
export function requiredText(environment: Environment, variable: Variable): string {
  const value = environment[VARIABLES[variable]];
  if (value !== undefined && value !== '') return value;
  throw new ConfigError(`The environment variable ${VARIABLES[variable]} is not set. ${ADVICE}`);
}

/**
 * When the records arrived with which reading begins, in milliseconds since 1970; null where that is the oldest.
 *
 * @throws ConfigError where the variable is no such time.
 */
export function startsAtMs(environment: Environment): number | null {
  const seconds = environment[VARIABLES.startsAtSeconds];
  if (seconds === undefined || seconds === '') return null;
  if (/^\d{1,11}$/.test(seconds)) return Number(seconds) * 1000;
  throw new ConfigError(
    `The environment variable ${VARIABLES.startsAtSeconds} is '${seconds}', and must be whole seconds since 1970. ${ADVICE}`,
  );
}

/**
 * The generation of the running code: of two that work on one shard, the higher one goes on and the lower one stops.
 *
 * It is the number of the Lambda version. Lambda numbers the published versions of a function upwards and never gives a
 * number twice, not even after the function was deleted and made again; so it rises with every deployment that changes
 * code, definition or configuration, and nobody has to remember to raise it. It follows that a container of the version
 * before, still warm during a deployment, cannot commit any more once the new version has, and that going back to older
 * code needs a version of its own: an alias that is pointed back to an old version makes that version stop.
 *
 * Code that runs as `$LATEST`, as in a local emulator, is generation 1.
 */
export function codeGeneration(environment: Environment): number {
  const version = environment.AWS_LAMBDA_FUNCTION_VERSION;
  return version !== undefined && /^[1-9]\d*$/.test(version) ? Number(version) : 1;
}

import { streamNameOfArn } from '../../adapters/aws/kinesis-event.ts';
import { VARIABLES } from '../../contracts/environment.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import { ConfigError, type Environment, requiredText } from './config.ts';

/** Which Kinesis stream carries which stream of the pipeline. */
export class StreamNames {
  readonly #kinesisNames: ReadonlyMap<string, string>;

  /** @param kinesisNames by the pipeline's name. */
  constructor(kinesisNames: ReadonlyMap<string, string>) {
    this.#kinesisNames = kinesisNames;
  }

  /** @throws ConfigError where the environment does not name a Kinesis stream for every stream of the plan. */
  static fromEnvironment(environment: Environment, plan: PipelinePlan): StreamNames {
    const names = new StreamNames(parseNames(requiredText(environment, 'streams')));
    for (const stream of plan.streams) names.kinesisNameOf(stream.name);
    return names;
  }

  kinesisNameOf(stream: string): string {
    const name = this.#kinesisNames.get(stream);
    if (name !== undefined) return name;
    throw new ConfigError(
      `The environment variable ${VARIABLES.streams} names no Kinesis stream for stream '${stream}' of the pipeline; it names ${this.#listed()}. Deploy the stack again with this pipeline.`,
    );
  }

  /** @param sourceArn of a Kinesis stream, or of a consumer of one. */
  streamOf(sourceArn: string): string {
    const kinesisName = streamNameOfArn(sourceArn);
    for (const [stream, name] of this.#kinesisNames) if (name === kinesisName) return stream;
    throw new ConfigError(
      `Records came from ${sourceArn}, which carries no stream of the pipeline: ${VARIABLES.streams} names ${this.#listed()}. Remove the event source mapping, or deploy the stack again.`,
    );
  }

  #listed(): string {
    return [...this.#kinesisNames].map(([stream, name]) => `${name} for '${stream}'`).join(', ') || 'none';
  }
}

function parseNames(text: string): ReadonlyMap<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = null;
  }
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  const entries = isObject ? Object.entries(parsed as object) : [];
  if (isObject && entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    return new Map(entries);
  }
  throw new ConfigError(
    `The environment variable ${VARIABLES.streams} is '${text}' and must be a JSON object of names, such as {"clicks":"my-app-clicks"}. Deploy the stack again.`,
  );
}

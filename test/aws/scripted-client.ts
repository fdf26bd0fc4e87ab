import { KinesisClient } from '@aws-sdk/client-kinesis';

export interface ScriptedCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/**
 * A Kinesis client that sends nothing: `answer` gives the output of each command, or throws. For what no emulator can be
 * brought to do, such as a shard that is quiet for hours.
 */
export function scriptedKinesis(
  answer: (call: ScriptedCall) => object,
  maxAttempts = 3,
): {
  client: KinesisClient;
  calls: ScriptedCall[];
} {
  const calls: ScriptedCall[] = [];
  const client = new KinesisClient({ region: 'us-east-1', maxAttempts });
  client.middlewareStack.add(
    (_next, context) => async (args) => {
      const operation = String(context.commandName).replace(/Command$/, '');
      const call = { operation, input: args.input as unknown as Record<string, unknown> };
      calls.push(call);
      return { output: { $metadata: {}, ...answer(call) } as never, response: {} };
    },
    { step: 'initialize', name: 'script' },
  );
  return { client, calls };
}

import type { Command } from './command.ts';

/** A command before its code is loaded. */
export interface KnownCommand {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** All commands together take longer to load than a short one to run. */
  load(): Promise<Command>;
}

export const COMMANDS: readonly KnownCommand[] = [
  {
    name: 'dev',
    summary: 'run a pipeline live on this machine',
    load: async () => (await import('../commands/dev.ts')).devCommand,
  },
  {
    name: 'run',
    summary: 'run a pipeline over files and write its rows',
    load: async () => (await import('../commands/run.ts')).runCommand,
  },
  {
    name: 'query',
    summary: 'show rows of a view, or the groups with the most of something',
    load: async () => (await import('../commands/query.ts')).queryCommand,
  },
  {
    name: 'tail',
    summary: 'follow a view: show rows as they come and change',
    load: async () => (await import('../commands/tail.ts')).tailCommand,
  },
  {
    name: 'events',
    summary: 'show late events and dead letters with their bytes',
    load: async () => (await import('../commands/events.ts')).eventsCommand,
  },
  {
    name: 'describe',
    summary: 'say in words what a pipeline does, and check it',
    load: async () => (await import('../commands/describe.ts')).describeCommand,
  },
  {
    name: 'sql',
    summary: 'print the SQL that computes a view in batch',
    load: async () => (await import('../commands/sql.ts')).sqlCommand,
  },
  {
    name: 'generate',
    summary: 'make events for a pipeline, from a seed',
    load: async () => (await import('../commands/generate.ts')).generateCommand,
  },
  {
    name: 'send',
    summary: 'send events to a Kinesis stream',
    load: async () => (await import('../commands/send.ts')).sendCommand,
  },
  {
    name: 'dead-letters',
    summary: 'list, show and put back events that were not counted',
    load: async () => (await import('../commands/dead-letters.ts')).deadLettersCommand,
  },
  {
    name: 'cost',
    summary: 'estimate what a pipeline costs on AWS',
    load: async () => (await import('../commands/cost.ts')).costCommand,
  },
  {
    name: 'silence',
    summary: 'hold back alerts for a while',
    load: async () => (await import('../commands/silence.ts')).silenceCommand,
  },
  {
    name: 'init',
    summary: 'make a project with a pipeline, sample events and a test',
    load: async () => (await import('../commands/init.ts')).initCommand,
  },
  {
    name: 'completion',
    summary: 'print what makes a shell complete the command line',
    load: async () => (await import('../commands/completion.ts')).completionCommand(allCommands),
  },
];

function allCommands() {
  return Promise.all(COMMANDS.map(async ({ summary, load }) => ({ ...(await load()), summary })));
}

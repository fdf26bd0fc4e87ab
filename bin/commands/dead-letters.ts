import { type Command, EXIT_OK, UsageError } from '../cli/command.ts';
import { DEAD_LETTERS_HELP } from './dead-letters/help.ts';
import { LIST_OPTIONS, listKept } from './dead-letters/list.ts';
import { REDRIVE_OPTIONS, redriveKept } from './dead-letters/redrive.ts';
import { SHOW_OPTIONS, showKept } from './dead-letters/show.ts';

const ACTIONS = { list: listKept, show: showKept, redrive: redriveKept } as const;

export const deadLettersCommand: Command = {
  name: 'dead-letters',
  help: DEAD_LETTERS_HELP,
  options: { ...LIST_OPTIONS, ...SHOW_OPTIONS, ...REDRIVE_OPTIONS },
  words: Object.keys(ACTIONS),
  async run(args, io) {
    const [action, ...rest] = args;
    if (action === 'help') {
      io.stdout.write(DEAD_LETTERS_HELP);
      return EXIT_OK;
    }
    if (action !== 'list' && action !== 'show' && action !== 'redrive') {
      const found = action === undefined ? '' : `, not '${action}'`;
      throw new UsageError(
        `streamgauge dead-letters needs one of ${Object.keys(ACTIONS).join(', ')}${found}. See streamgauge dead-letters --help.`,
      );
    }
    return ACTIONS[action](rest, io);
  },
};

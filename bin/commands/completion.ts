import { didYouMean } from '../../engine/text/nearest-name.ts';
import { parseArguments, positionals } from '../cli/arguments.ts';
import { type Command, EXIT_OK, UsageError } from '../cli/command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { type NamedCommand, type Vocabulary, vocabularyOf } from '../completion/vocabulary.ts';
import { zshCompletion } from '../completion/zsh.ts';

const HELP = `Print what makes a shell complete commands, options and values with the Tab key.

Usage: streamgauge completion bash|zsh|fish

It completes the word streamgauge, not npx streamgauge: put node_modules/.bin on the PATH, or install the package globally.

Examples
  eval "$(streamgauge completion bash)"    # in ~/.bashrc
  eval "$(streamgauge completion zsh)"     # in ~/.zshrc, after compinit
  streamgauge completion fish | source     # in ~/.config/fish/config.fish
`;

const SHELLS: Readonly<Record<string, (vocabulary: Vocabulary) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};
const NAMES = Object.keys(SHELLS);

/** `commands` are all that there are, this one too. */
export function completionCommand(commands: () => Promise<readonly NamedCommand[]>): Command {
  return {
    name: 'completion',
    help: HELP,
    options: {},
    words: NAMES,
    async run(args, { stdout }) {
      const { positionals: given } = parseArguments('completion', args, {});
      const { SHELL } = positionals('completion', given, ['SHELL']);
      const script = Object.hasOwn(SHELLS, SHELL) ? SHELLS[SHELL] : undefined;
      if (script === undefined) {
        throw new UsageError(
          `There is no completion for '${SHELL}'.${didYouMean(SHELL, NAMES)} There is one for ${NAMES.join(', ')}.`,
        );
      }
      stdout.write(script(vocabularyOf(await commands())));
      return EXIT_OK;
    },
  };
}

import { useState } from 'preact/hooks';
import { Dialog } from '../components/dialog.tsx';
import { overview, pipeline } from '../live/store.ts';
import { go } from '../pages/route.ts';
import { type Command, commandsOf, matching } from './commands.ts';

/** Type a few letters of a page, view or alert, and go there. */
export function Palette({ close }: { readonly close: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = matching(commandsOf(pipeline.value, overview.value), text);
  const chosen = Math.min(at, found.length - 1);
  const follow = (command: Command | undefined) => {
    if (command === undefined) return;
    close();
    go(command.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, found.length));
    else if (event.key === 'ArrowUp') setAt((chosen + found.length - 1) % Math.max(1, found.length));
    else if (event.key === 'Enter') follow(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Go to" onClose={close}>
      <input
        class="field palette"
        role="combobox"
        aria-label="A page, view or alert"
        aria-expanded={found.length > 0}
        aria-controls="commands"
        aria-activedescendant={found.length > 0 ? `command-${chosen}` : undefined}
        autoFocus
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="commands" role="listbox" aria-label="Found" class="commands">
        {found.map((command, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field above
          <div
            key={`${command.kind} ${command.words} ${command.to.name}`}
            id={`command-${i}`}
            role="option"
            aria-selected={i === chosen}
            onClick={() => follow(command)}
          >
            <span>{command.kind}</span> <bdi>{command.words}</bdi>
          </div>
        ))}
      </div>
      {found.length === 0 && <p>Nothing is called that.</p>}
    </Dialog>
  );
}

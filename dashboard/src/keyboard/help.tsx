import { Dialog } from '../components/dialog.tsx';
import { KEY_WORDS } from './keys.ts';
import { hasLetters } from './overlay.ts';
import { TERMS } from './terms.ts';

export function Help({ close }: { readonly close: () => void }) {
  return (
    <Dialog title="Words and keys" onClose={close}>
      <dl class="facts terms">
        {TERMS.map(([term, words]) => (
          <div key={term} class="key-line">
            <dt>{term}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <dl class="facts">
        {KEY_WORDS.map(([keys, words]) => (
          <div key={keys} class="key-line">
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={hasLetters.value}
          onChange={() => {
            hasLetters.value = !hasLetters.value;
          }}
        />
        Single letters and digits are keys
      </label>
    </Dialog>
  );
}

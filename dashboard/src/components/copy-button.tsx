import { useState } from 'preact/hooks';

const SAID_MS = 2000;

interface CopyButtonProps {
  readonly words: string;
  readonly text: () => string;
  readonly isPrimary?: boolean;
}

/** Copies a text, and says so. */
export function CopyButton({ words, text, isPrimary = false }: CopyButtonProps) {
  const [said, say] = useState<string | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      say('Copied');
    } catch {
      // Only pages over HTTPS or of this machine may write there.
      say('Not allowed here');
    }
    setTimeout(() => say(null), SAID_MS);
  };
  return (
    <button type="button" class={isPrimary ? 'button primary' : 'button'} onClick={copy}>
      <span aria-live="polite">{said ?? words}</span>
    </button>
  );
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly choices: readonly (readonly [T, string])[];
  readonly chosen: T;
  readonly choose: (choice: T) => void;
}

/** One of a few: buttons beside each other, of which one is pressed. */
export function Segments<T extends string>({ label, choices, chosen, choose }: SegmentsProps<T>) {
  return (
    <fieldset class="segments plain" aria-label={label}>
      {choices.map(([choice, words]) => (
        <button key={choice} type="button" aria-pressed={choice === chosen} onClick={() => choose(choice)}>
          {words}
        </button>
      ))}
    </fieldset>
  );
}

import type { ComponentChildren } from 'preact';

interface PageHeadProps {
  readonly title: string;
  /** What is here, in one line. */
  readonly what: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** The first line of a page: its name, what is on it, and its choices. */
export function PageHead({ title, what, children }: PageHeadProps) {
  return (
    <div class="page-head">
      <h1>{title}</h1>
      <p>{what}</p>
      <div class="end">{children}</div>
    </div>
  );
}

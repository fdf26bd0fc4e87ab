import type { JSX } from 'preact';
import type { IconName } from './icon-name.ts';

const SHAPES: Readonly<Record<IconName, { readonly color: string; readonly path: JSX.Element }>> = {
  well: {
    color: 'var(--ok)',
    path: (
      <>
        <circle cx="10" cy="10" r="8" />
        <path d="M6.5 10.2l2.4 2.4 4.6-5" />
      </>
    ),
  },
  warning: { color: 'var(--warn)', path: <path d="M10 3.2L17.6 16.6H2.4Z" stroke-linejoin="round" /> },
  critical: { color: 'var(--crit)', path: <path d="M10 1.8L18.2 10 10 18.2 1.8 10Z" fill="currentColor" /> },
  unknown: { color: 'var(--text2)', path: <circle cx="10" cy="10" r="8" stroke-dasharray="3.2 3" /> },
  waiting: { color: 'var(--accent)', path: <circle cx="10" cy="10" r="8" stroke-dasharray="3.2 3" /> },
  lost: {
    color: 'var(--warn)',
    path: (
      <>
        <circle cx="10" cy="10" r="8" stroke-dasharray="3.2 3" />
        <path d="M10 6v4.6M10 13.8v.2" />
      </>
    ),
  },
  withdrawn: {
    color: 'var(--late)',
    path: (
      <>
        <circle cx="10" cy="10" r="8" />
        <path d="M6.5 10h7" />
      </>
    ),
  },
  search: {
    color: 'var(--text2)',
    path: (
      <>
        <circle cx="8.5" cy="8.5" r="5.5" />
        <path d="M12.8 12.8L17 17" />
      </>
    ),
  },
  brand: {
    color: 'var(--accent)',
    path: (
      <>
        <path d="M3.5 15a8 8 0 1 1 13 0" />
        <path d="M10 12l3.5-5" />
        <circle cx="10" cy="12.4" r="1.5" fill="currentColor" />
      </>
    ),
  },
};

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  const { color, path } = SHAPES[name];
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      aria-hidden="true"
      style={{ color, flex: 'none' }}
    >
      {path}
    </svg>
  );
}

import type { Session } from './session.ts';

/**
 * Links to the API are plain links, and a browser sends no token with one. So where the reader is signed in, the page fetches
 * what the link leads to, and hands it over as a file.
 */
export function downloadSignedIn(session: Session): void {
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest?.('a');
    const path = link?.getAttribute('href') ?? '';
    if (link == null || !session.isSignedIn || !path.startsWith('./api/')) return;
    event.preventDefault();
    void save(session, path, link.download);
  });
}

async function save(session: Session, path: string, name: string): Promise<void> {
  const response = await session.fetch(path);
  if (!response.ok) return;
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name === '' ? 'rows' : name;
  link.click();
  URL.revokeObjectURL(url);
}

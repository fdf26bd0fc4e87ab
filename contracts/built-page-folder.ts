import { fileURLToPath } from 'node:url';

/** Where Vite puts the page: `npm run build:page`. In a file of its own, for a bundle of a function has no such place. */
export const BUILT_PAGE = fileURLToPath(new URL('../dashboard/dist/', import.meta.url));

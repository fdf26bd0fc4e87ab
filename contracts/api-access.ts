/** What callers of a deployed API may do; each also what stands before it. */
export const API_ACCESS = ['read', 'acknowledge', 'redrive'] as const;
export type ApiAccess = (typeof API_ACCESS)[number];

export function isApiAccess(value: unknown): value is ApiAccess {
  return (API_ACCESS as readonly unknown[]).includes(value);
}

/**
 * The oldest Node that the package and users' projects run on, as npm writes it: it runs TypeScript as it is, and so a pipeline
 * file.
 */
export const SUPPORTED_NODE = '>=22.18';

// Runs after npm has installed. The package `node` unpacks another package in itself and links the program out of it; what is
// left there are C headers, a third of the whole. Plain JavaScript of any version: the Node that npm runs on may be an old one.
import { rmSync } from 'node:fs';

rmSync(new URL('../node_modules/node/node_modules', import.meta.url), { recursive: true, force: true });

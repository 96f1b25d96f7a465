import { randomUUID } from 'node:crypto';
import type { Random } from './ports/random.ts';

/** The machine's own randomness. */
export const systemRandom: Random = { uuid: () => randomUUID() };

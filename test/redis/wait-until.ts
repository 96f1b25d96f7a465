import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;

/** Resolves once `holds` does. @throws {NotReached} it did not for `msMax`. */
export async function waitUntil(what: string, holds: () => boolean | Promise<boolean>, msMax = 30_000): Promise<void> {
  const endMs = performance.now() + msMax;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new NotReached(`${what}: not within ${msMax} ms`);
    await delay(LOOK_EVERY_MS);
  }
}

class NotReached extends Error {
  override readonly name = 'NotReached';
}

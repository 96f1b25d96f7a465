/**
 * Functions write to the standard output of their process; in `run` that belongs to the execution's output. Until it
 * is released, what is written there goes to `take`. @returns how to release it.
 */
export function captureOutput(take: (text: string) => void): () => void {
  const { stdout } = process;
  const write = stdout.write;
  // The overloads of `write` differ in where the callback stands: found by its type.
  stdout.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    const done = rest.find((argument) => typeof argument === 'function');
    if (done !== undefined) setImmediate(() => done());
    return true;
  };
  return () => {
    stdout.write = write;
  };
}

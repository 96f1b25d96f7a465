/**
 * Functions write to the streams of their process; in `run` they belong to the execution's output and to the live
 * view. Until it is released, what is written to a stream goes to `take`. @returns how to release it.
 */
export function captureOutput(stream: NodeJS.WriteStream, take: (text: string) => void): () => void {
  const write = stream.write;
  // The overloads of `write` differ in where the callback stands: found by its type.
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    const done = rest.find((argument) => typeof argument === 'function');
    if (done !== undefined) setImmediate(() => done());
    return true;
  };
  return () => {
    stream.write = write;
  };
}

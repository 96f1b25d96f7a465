/** A programmer's error: the turn that meets one is dropped. */
class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}

export function assert(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new AssertionFailed(`does not hold: ${claim}`);
}

/** A value that no case takes: a new member of a union that is not handled does not compile. */
export function assertNever(value: never): never {
  throw new AssertionFailed(`no case for ${JSON.stringify(value)}`);
}

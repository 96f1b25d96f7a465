/** A path or an intrinsic call that cannot be read. Met while a definition is validated or compiled, never later. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
}

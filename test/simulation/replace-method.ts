/**
 * Puts another method in the place of a class's own.
 *
 * @param replacement is given the method as it was, to be called with `this`.
 * @returns how to end that.
 */
export function replaceMethod<Class extends object, Name extends keyof Class>(
  prototype: Class,
  name: Name,
  replacement: (original: Class[Name]) => Class[Name],
): () => void {
  const original = prototype[name];
  prototype[name] = replacement(original);
  return () => {
    prototype[name] = original;
  };
}

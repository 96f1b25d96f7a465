import { InvalidName } from './service-error.ts';

/** Characters that AWS bars from names: "Quotas", restrictions on names; with surrogates that stand alone. */
const BARRED = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\ufffe\uffff]|\u{10ffff}/u;

/** Checks the characters of a name; its length is the schema's. @throws {InvalidName} */
export function checkName(name: string): void {
  if (BARRED.test(name)) throw new InvalidName(name);
}

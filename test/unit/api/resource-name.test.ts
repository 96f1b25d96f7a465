import { expect, test } from 'vitest';
import { checkName } from '../../../api/resource-name.ts';
import { InvalidName } from '../../../api/service-error.ts';

test.each(['a', 'order-saga_2.final', "it's(fine)=@+!", 'Größe', '名前', '🙂'])('%s is a name', (name) => {
  expect(() => checkName(name)).not.toThrow();
});

test.each([...' \t<>{}[]?*"#%\\^|~`$&,;:/', '\u0000', '\u007f', '\u0085', '\ud800', '\uffff', '\u{10ffff}'])(
  'the character %j is barred from names',
  (character) => {
    expect(() => checkName(`a${character}b`)).toThrow(new InvalidName(`a${character}b`));
  },
);

import { expect, test } from 'vitest';
import {
  boolean,
  integer,
  list,
  oneOf,
  readInput,
  requiredText,
  type Shape,
  structure,
  text,
} from '../../../api/input-schema.ts';
import { SerializationException } from '../../../api/service-error.ts';
import type { JsonObject } from '../../../core/json.ts';

function broken(shape: Shape, body: JsonObject): string {
  try {
    readInput(shape, body);
    return '';
  } catch (error) {
    return String(error);
  }
}

test('members come back as they were sent, absent and null ones as undefined', () => {
  const shape = { name: requiredText({ max: 9 }), count: integer(0, 9), flag: boolean, other: text({ max: 9 }) };

  expect(readInput(shape, { name: 'n', count: 3, flag: null, stranger: 1 })).toEqual({
    name: 'n',
    count: 3,
    flag: undefined,
    other: undefined,
  });
});

test.each([
  [
    { name: 'x'.repeat(4) },
    "Value 'xxxx' at 'name' failed to satisfy constraint: Member must have length less than or equal to 3",
  ],
  [{ name: '' }, "Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1"],
  [{}, "Value null at 'name' failed to satisfy constraint: Member must not be null"],
])('a text that does not fit is named with its value: %j', (body, message) => {
  expect(broken({ name: requiredText({ min: 1, max: 3 }) }, body)).toBe(
    `ValidationException: 1 validation error detected: ${message}`,
  );
});

test('the value of a sensitive member is not repeated', () => {
  expect(broken({ input: text({ max: 3, sensitive: true }) }, { input: 'secret' })).toBe(
    "ValidationException: 1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 3",
  );
});

test('a value outside an enumeration is answered with the enumeration', () => {
  expect(broken({ type: oneOf('A', 'B') }, { type: 'C' })).toContain(
    "Value 'C' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [A, B]",
  );
});

test.each([
  [-1, 'greater than or equal to 0'],
  [1001, 'less than or equal to 1000'],
])('the number %i is out of its range', (maxResults, range) => {
  expect(broken({ maxResults: integer(0, 1000) }, { maxResults })).toContain(
    `Value '${maxResults}' at 'maxResults' failed to satisfy constraint: Member must have value ${range}`,
  );
});

test('members of members are named by their way, list members counted from 1', () => {
  const shape = { tags: list(structure({ key: text({ min: 1, max: 9 }) })) };

  expect(broken(shape, { tags: [{ key: 'a' }, { key: '' }] })).toContain("at 'tags.2.member.key'");
});

test.each([
  [{ text: 1 }, 'NUMBER_VALUE can not be converted to a String'],
  [{ text: true }, 'TRUE_VALUE can not be converted to a String'],
  [{ text: [] }, 'Start of list found where not expected'],
  [{ text: {} }, 'Start of structure or map found where not expected.'],
  [{ number: 'x' }, 'STRING_VALUE can not be converted to an Integer'],
  [{ flag: 'x' }, 'STRING_VALUE can not be converted to a Boolean'],
  [{ structure: 1 }, 'Unexpected field type'],
  [{ list: {} }, 'Unexpected field type'],
])('a member of another type cannot be read: %j', (body, message) => {
  const shape = {
    text: text({ max: 9 }),
    number: integer(0, 9),
    flag: boolean,
    structure: structure({}),
    list: list(boolean),
  };

  expect(() => readInput(shape, body)).toThrow(new SerializationException(message));
});

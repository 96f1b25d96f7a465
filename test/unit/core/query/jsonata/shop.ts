import type { Json } from '../../../../../core/json.ts';

/** A document with what paths find hard: nesting, arrays in arrays, members that are missing, null or of mixed types. */
export const SHOP: Json = {
  Account: {
    'Account Name': 'Firefly',
    Order: [
      {
        OrderID: 'order103',
        Product: [
          {
            'Product Name': 'Bowler Hat',
            ProductID: 858383,
            SKU: '0406654608',
            Description: { Colour: 'Purple', Width: 300, Height: 200, Depth: 210, Weight: 0.75 },
            Price: 34.45,
            Quantity: 2,
          },
          {
            'Product Name': 'Trilby hat',
            ProductID: 858236,
            SKU: '0406634348',
            Description: { Colour: 'Orange', Width: 300, Height: 200, Depth: 210, Weight: 0.6 },
            Price: 21.67,
            Quantity: 1,
          },
        ],
      },
      {
        OrderID: 'order104',
        Product: [
          {
            'Product Name': 'Bowler Hat',
            ProductID: 858383,
            SKU: '040657863',
            Description: { Colour: 'Purple', Width: 300, Height: 200, Depth: 210, Weight: 0.75 },
            Price: 34.45,
            Quantity: 4,
          },
          {
            ProductID: 345664,
            SKU: '0406654603',
            'Product Name': 'Cloak',
            Description: { Colour: 'Black', Width: 30, Height: 20, Depth: 210, Weight: 2 },
            Price: 107.99,
            Quantity: 1,
          },
        ],
      },
    ],
  },
  library: {
    books: [
      { title: 'Structure', authors: ['Abelson', 'Sussman'], isbn: '9780262510875', price: 38.9, copies: 2 },
      { title: 'The C', authors: ['Kernighan', 'Ritchie'], isbn: '9780131103627', price: 33.59, copies: 3 },
      { title: 'The AWK', authors: ['Aho', 'Kernighan', 'Weinberger'], isbn: '9780201079814', copies: 1 },
      {
        title: 'Compilers',
        authors: ['Aho', 'Lam', 'Sethi', 'Ullman'],
        isbn: '9780201100884',
        price: 23.38,
        copies: 1,
      },
    ],
    loans: [
      { customer: '10001', isbn: '9780262510875', return: '2016-12-05' },
      { customer: '10003', isbn: '9780201100884', return: '2016-10-22' },
      { customer: '10003', isbn: '9780262510875', return: '2016-12-22' },
    ],
    customers: [
      { id: '10001', name: 'Joe Doe', address: { street: '2 Long Road', city: 'Winchester', postcode: 'SO22 5PU' } },
      { id: '10002', name: 'Fred Bloggs', address: { street: '56 Letsby', city: 'Winchester', postcode: 'SO22 4WD' } },
      { id: '10003', name: 'Jason Arthur', address: { street: '1 Preddy', city: 'Southampton', postcode: 'SO14 0AA' } },
    ],
  },
  numbers: [1, 2, 3, 4.5, -6, 0],
  strings: ['b', 'a', 'c', 'a'],
  matrix: [[1, 2], [3, 4], [5]],
  deep: [[[1], [2, 3]], [4]],
  mixed: [1, 'a', null, true, [], {}, [null], { a: 1 }],
  single: [{ v: 'only' }],
  empty: [],
  nothing: {},
  nil: null,
  yes: true,
  no: false,
  zero: 0,
  blank: '',
  text: 'Hello, World! Hello again.',
  emoji: 'a😀b',
  Phone: [
    { type: 'home', number: '0203 544 1234' },
    { type: 'office', number: '01962 001234' },
    { type: 'office', number: '01962 001235' },
    { type: 'mobile', number: '077 7700 1234' },
  ],
  nest0: [{ nest1: [{ nest2: [{ nest3: [1] }, { nest3: [2] }] }, { nest2: [{ nest3: [3] }, { nest3: [4] }] }] }],
  foo: {
    bar: 42,
    blah: [{ baz: { fud: 'hello' } }, { baz: { fud: 'world' } }, { bazz: 'gotcha' }],
    'blah.baz': 'here',
  },
  constructor: 'own',
};

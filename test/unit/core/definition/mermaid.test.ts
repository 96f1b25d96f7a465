import { expect, test } from 'vitest';
import type { Definition } from '../../../../core/definition/ast.ts';
import { definitionGraph } from '../../../../core/definition/graph.ts';
import { mermaid } from '../../../../core/definition/mermaid.ts';

test('a definition is drawn as a flowchart, groups as subgraphs', () => {
  const definition: Definition = {
    StartAt: 'P',
    States: {
      P: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 1, End: true } } }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F' }],
        End: true,
      },
      F: { Type: 'Fail' },
    },
  };

  expect(mermaid(definitionGraph(definition))).toBe(`flowchart TD
  n0(["Start"])
  subgraph n1 ["P"]
    subgraph n2 ["Branch 1"]
      n3(["Start"])
      n4[/"A"/]
      n5(["End"])
    end
  end
  n6(["F"])
  n7(["End"])
  n0 --> n1
  n1 --> n7
  n1 -.->|"States.ALL"| n6
  n3 --> n4
  n4 --> n5
  n6 --> n7
`);
});

test('names that Mermaid would read as its own are escaped', () => {
  const name = 'a "b" <c> #1;\nend';
  const drawn = mermaid(definitionGraph({ StartAt: name, States: { [name]: { Type: 'Succeed' } } }));

  expect(drawn).toContain('n1(["a #34;b#34; #60;c#62; #35;1; end"])');
});

test('a long condition is cut', () => {
  const rule = { Variable: '$.a', StringEquals: 'x'.repeat(500), Next: 'E' };
  const definition: Definition = {
    StartAt: 'C',
    States: { C: { Type: 'Choice', Choices: [rule] }, E: { Type: 'Succeed' } },
  };

  expect(mermaid(definitionGraph(definition))).toMatch(/-->\|"\$\.a == #34;x{51}…"\| /);
});

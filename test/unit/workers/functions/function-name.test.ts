import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFunctionName } from '../../../../workers/functions/function-name.ts';

const EXECUTION = 'arn:aws-cn:states:eu-west-3:210987654321:execution:machine:one';
const HERE = 'arn:aws-cn:lambda:eu-west-3:210987654321:function:work';

describe('parseFunctionName', () => {
  it.each([
    ['work', HERE, '$LATEST'],
    ['work:prod', `${HERE}:prod`, 'prod'],
    ['work:$LATEST', `${HERE}:$LATEST`, '$LATEST'],
    ['function:work', HERE, '$LATEST'],
    ['123456789012:function:work:7', 'arn:aws-cn:lambda:eu-west-3:123456789012:function:work:7', '7'],
    [
      'arn:aws:lambda:us-east-1:123456789012:function:work',
      'arn:aws:lambda:us-east-1:123456789012:function:work',
      '$LATEST',
    ],
    [
      'arn:aws:lambda:us-east-1:123456789012:function:work:5',
      'arn:aws:lambda:us-east-1:123456789012:function:work:5',
      '5',
    ],
    ['arn:aws:lambda:REGION:ACCOUNT_ID:function:work', 'arn:aws:lambda:REGION:ACCOUNT_ID:function:work', '$LATEST'],
  ])('reads %s', (text, invokedArn, version) => {
    expect(parseFunctionName(text, EXECUTION)).toMatchObject({ name: 'work', invokedArn, version });
  });

  it.each(['', 'two words', 'a/b', '../up', 'arn:aws:lambda:us-east-1:123456789012:layer:work', 'a:b:c:d:e:f:g:h:i'])(
    'refuses %s',
    (text) => {
      expect(parseFunctionName(text, EXECUTION)).toBeUndefined();
    },
  );

  it('survives any text', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, arn) => void parseFunctionName(text, arn)));
  });
});

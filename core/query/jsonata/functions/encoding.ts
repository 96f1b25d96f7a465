import { decodeBase64, encodeBase64 } from '../../base64.ts';
import { type Builtin, builtin } from '../builtin.ts';
import { JsonataError } from '../jsonata-error.ts';
import type { Value } from '../value.ts';

export const ENCODING_FUNCTIONS: readonly Builtin[] = [
  builtin('base64encode', '<s-:s>', 1, ([text], evaluation) => {
    if (typeof text !== 'string') return undefined;
    evaluation.allocateText(text.length * 2);
    return encodeBase64(text);
  }),
  builtin('base64decode', '<s-:s>', 1, ([text], evaluation) => {
    if (typeof text !== 'string') return undefined;
    evaluation.allocateText(text.length);
    const decoded = decodeBase64(text);
    if (decoded === undefined) throw new JsonataError('B0006', { message: 'The argument is not valid Base64' });
    return decoded;
  }),
  url('encodeUrlComponent', encodeURIComponent),
  url('encodeUrl', encodeURI),
  url('decodeUrlComponent', decodeURIComponent),
  url('decodeUrl', decodeURI),
];

function url(name: string, convert: (text: string) => string): Builtin {
  return builtin(name, '<s-:s>', 1, ([text], evaluation): Value => {
    if (typeof text !== 'string') return undefined;
    evaluation.allocateText(text.length * 3);
    try {
      return convert(text);
    } catch {
      throw new JsonataError('D3140', { value: text, functionName: name });
    }
  });
}

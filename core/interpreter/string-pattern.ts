/**
 * Compiles the operand of StringMatches: `*` stands for any characters or none, `\*` and `\\` for themselves.
 * Texts between stars are found leftmost first, so the time is at most that of one search for each.
 */
export function compileStringPattern(pattern: string): (text: string) => boolean {
  const [prefix = '', ...middle] = splitAtStars(pattern);
  const suffix = middle.pop();
  if (suffix === undefined) return (text) => text === prefix;
  return (text) => {
    if (text.length < prefix.length + suffix.length || !text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    const end = text.length - suffix.length;
    let at = prefix.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

function splitAtStars(pattern: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (char === '\\' && (next === '*' || next === '\\')) {
      part += next;
      at++;
    } else if (char === '*') {
      parts.push(part);
      part = '';
    } else part += char;
  }
  parts.push(part);
  return parts;
}

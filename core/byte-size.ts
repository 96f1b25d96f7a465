const SIZE = /^(\d+(?:\.\d+)?)(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/;
const UNIT_BYTES: { readonly [unit: string]: number } = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `500MB`, `2GB`, `1.5GiB` in bytes; undefined: that is no such size, or less than one. */
export function byteSize(text: string): number | undefined {
  const [, count, unit = ''] = SIZE.exec(text) ?? [];
  const bytes = Math.floor(Number(count) * (UNIT_BYTES[unit] ?? Number.NaN));
  return bytes >= 1 ? bytes : undefined;
}

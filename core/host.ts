/**
 * What purity cannot compute. The runtime seeds one for each turn from the message, so that a turn run twice draws
 * the same numbers.
 */
export interface Host {
  /** Uniform in [0, 1). */
  random(): number;
  /** A version 4 UUID. */
  uuid(): string;
  /** Lower-case hexadecimal digest of the text's UTF-8 bytes. */
  hash(algorithm: HashAlgorithm, text: string): string;
}

export type HashAlgorithm = 'MD5' | 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

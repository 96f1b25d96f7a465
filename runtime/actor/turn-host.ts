import { createHash } from 'node:crypto';
import type { HashAlgorithm, Host } from '../../core/host.ts';

const NODE_NAMES: { readonly [algorithm in HashAlgorithm]: string } = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/**
 * Randomness of one turn, drawn from the execution's secret and the id of the turn's first event: a turn that is run
 * a second time draws the same. Nothing is computed before something is drawn.
 */
export class TurnHost implements Host {
  readonly #secret: string;
  readonly #firstEventId: number;
  #draws = 0;

  constructor(secret: string, firstEventId: number) {
    this.#secret = secret;
    this.#firstEventId = firstEventId;
  }

  random(): number {
    return this.#draw().readUIntBE(0, 6) / 2 ** 48;
  }

  uuid(): string {
    const bytes = this.#draw();
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = bytes.toString('hex', 0, 16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  hash(algorithm: HashAlgorithm, text: string): string {
    return createHash(NODE_NAMES[algorithm]).update(text, 'utf8').digest('hex');
  }

  #draw(): Buffer {
    return createHash('sha256')
      .update(`${this.#secret}/${this.#firstEventId}/${this.#draws++}`)
      .digest();
  }
}

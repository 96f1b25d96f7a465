import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificates {
  readonly directory: string;
  /** PEM of who has signed the server's certificate. */
  readonly ca: string;
  /** Lines of redis.conf: TLS on `port`, with this certificate. */
  readonly config: (port: number) => readonly string[];
}

/** A certificate for 127.0.0.1 and who signed it, made by the program openssl; the caller removes the directory. */
export function createCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'redstep-tls-'));
  const file = (name: string): string => join(directory, name);
  const openssl = (...args: readonly string[]): unknown => execFileSync('openssl', args, { stdio: 'ignore' });
  const newKey = ['-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', '2'];
  openssl('req', '-x509', ...newKey, '-keyout', file('ca.key'), '-out', file('ca.crt'), '-subj', '/CN=test authority');
  const signed = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-addext', 'subjectAltName=IP:127.0.0.1'];
  openssl('req', '-x509', ...newKey, ...signed, '-keyout', file('key'), '-out', file('crt'), '-subj', '/CN=127.0.0.1');
  return {
    directory,
    ca: readFileSync(file('ca.crt'), 'utf8'),
    config: (port) => [
      `tls-port ${port}`,
      `tls-cert-file ${file('crt')}`,
      `tls-key-file ${file('key')}`,
      `tls-ca-cert-file ${file('ca.crt')}`,
      'tls-auth-clients no',
    ],
  };
}

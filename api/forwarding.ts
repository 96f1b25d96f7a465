import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AccessDeniedException } from './service-error.ts';

/** Holds the secret that the nodes of a deployment share: by it they know each other. */
const FORWARDED_HEADER = 'x-redstep-forwarded';
/** The name that the node before has given to the execution. */
const CHOSEN_NAME_HEADER = 'x-redstep-chosen-name';

/** What nodes add to a request that they send on. */
export interface Forwarding {
  /** Another node has sent it here: it is not sent on. */
  readonly forwarded: boolean;
  /**
   * The name of the execution, where the client gave none: it was chosen when the request was first answered, and the
   * execution that has it is the one that came of that.
   */
  readonly chosenName?: string | undefined;
}

export function forwardingHeaders(secret: string, { chosenName }: Forwarding): { readonly [name: string]: string } {
  return { [FORWARDED_HEADER]: secret, ...(chosenName === undefined ? {} : { [CHOSEN_NAME_HEADER]: chosenName }) };
}

/**
 * @param secret undefined: this node shares its store with nobody
 * @throws {AccessDeniedException} the request says that it comes from a node, and its sender does not know the secret
 */
export function readForwarding(headers: IncomingHttpHeaders, secret: string | undefined): Forwarding {
  const known = headers[FORWARDED_HEADER];
  const chosenName = headers[CHOSEN_NAME_HEADER];
  if (known === undefined && chosenName === undefined) return { forwarded: false };
  if (secret === undefined || typeof known !== 'string' || !isEqual(known, secret))
    throw new AccessDeniedException('Only a node of this deployment may send a request on to this one');
  return { forwarded: true, chosenName: typeof chosenName === 'string' ? chosenName : undefined };
}

/** In a time that does not tell where they differ. */
function isEqual(text: string, secret: string): boolean {
  const [left, right] = [Buffer.from(text), Buffer.from(secret)];
  return left.length === right.length && timingSafeEqual(left, right);
}

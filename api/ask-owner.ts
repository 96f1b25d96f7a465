import { Agent, request as httpRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { NotOwner } from '../runtime/ports/not-owner.ts';
import { CONTENT_TYPE } from './aws-json.ts';
import { forwardingHeaders } from './forwarding.ts';
import type { ApiRequest, ApiResponse, RouterParts } from './router.ts';
import { ServiceUnavailable } from './service-error.ts';

/** The answer of a node that does not own what a forwarded request concerns. */
const MISDIRECTED = 421;
/** Longer than a dead node's lease lasts: then another has taken over. */
const PATIENCE_MS = 20_000;
const PAUSE_MS_MAX = 250;

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

type Answering = (request: ApiRequest, chooseName: (name: string) => void) => Promise<ApiResponse>;

/**
 * Answers a request on this node, or on the one that owns the partition it turns out to concern.
 *
 *   answer here ──NotOwner──► the owner's address? ──known──► the same request there ──► its answer
 *        ▲                          │ nobody's just now, unreachable, or no longer its own
 *        └──────────── wait ◄───────┘
 *
 * A partition changes hands in less than a second, or when a dead node's lease has run out. What is asked twice is
 * asked with the same name, so that it happens once.
 *
 * @throws {ServiceUnavailable} nobody has taken the partition in 20 s
 */
export async function askOwner(
  request: ApiRequest,
  { engine: { node }, nodeSecret }: RouterParts,
  answer: Answering,
): Promise<ApiResponse> {
  let asked = request;
  const chooseName = (chosenName: string): void => {
    asked = { ...asked, chosenName };
  };
  const deadline = performance.now() + PATIENCE_MS;
  for (let pauseMs = 10; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)) {
    const partition = await tryHere(asked, answer, chooseName);
    if (typeof partition !== 'number') return partition;
    if (request.forwarded) return { status: MISDIRECTED, body: '' };
    if (!node.hasSuccessor) throw new ServiceUnavailable('The server is about to stop');
    const address = await node.addressOfOwner(partition);
    const there = address === undefined ? undefined : await send(asked, address, nodeSecret);
    if (there !== undefined && there.status !== MISDIRECTED) return there;
    if (performance.now() > deadline) throw new ServiceUnavailable('No node owns what the request concerns: try again');
    await setTimeout(pauseMs);
  }
}

/** @returns the partition that is another's. */
async function tryHere(
  request: ApiRequest,
  answer: Answering,
  chooseName: (name: string) => void,
): Promise<ApiResponse | number> {
  try {
    return await answer(request, chooseName);
  } catch (error) {
    if (error instanceof NotOwner) return error.partition;
    throw error;
  }
}

/** Undefined: the node did not answer. */
function send(request: ApiRequest, address: string, secret = ''): Promise<ApiResponse | undefined> {
  const { target, authorization, body } = request;
  return new Promise((resolve) => {
    const headers = {
      'Content-Type': CONTENT_TYPE,
      'Content-Length': Buffer.byteLength(body),
      ...forwardingHeaders(secret, request),
      ...(target === undefined ? {} : { 'X-Amz-Target': target }),
      ...(authorization === undefined ? {} : { Authorization: authorization }),
    };
    const sent = httpRequest(`${address}/`, { method: 'POST', agent, headers, timeout: PATIENCE_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const after = response.headers['retry-after'];
        const retryAfterSeconds = after === undefined ? undefined : Number(after);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), retryAfterSeconds });
      });
      response.on('error', () => resolve(undefined));
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(undefined));
    sent.end(body);
  });
}

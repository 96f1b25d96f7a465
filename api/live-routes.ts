import type { Engine } from '../runtime/engine.ts';
import { StoreUnavailable } from '../runtime/ports/store.ts';
import { nodesView, ownFigures, partitionsView } from './cluster-view.ts';
import type { RouterParts } from './router.ts';

/** What is asked by GET, beside AWS's API. */
export interface LiveAnswer {
  readonly status: number;
  readonly contentType: 'text/plain' | 'application/json';
  readonly body: string;
}

const ROUTES: { readonly [path: string]: (engine: Engine) => LiveAnswer | Promise<LiveAnswer> } = {
  '/healthz': () => text(200, 'ok'),
  '/readyz': ({ node }) => (node.ready ? text(200, 'ok') : text(503, 'not ready')),
  '/redstep/nodes': (engine) => json({ nodes: nodesView(engine) }),
  '/redstep/partitions': async (engine) => json({ partitions: await partitionsView(engine) }),
  '/redstep/partitions/own': (engine) => json(ownFigures(engine)),
};

/** Never rejects. */
export async function liveRoute(path: string, { engine, log }: RouterParts): Promise<LiveAnswer> {
  try {
    return (await ROUTES[path]?.(engine)) ?? text(404, 'not found');
  } catch (error) {
    if (error instanceof StoreUnavailable) return text(503, error.message);
    log('error', `${path} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return text(500, 'failed: the log of the server says why');
  }
}

function text(status: number, words: string): LiveAnswer {
  return { status, contentType: 'text/plain', body: `${words}\n` };
}

function json(value: unknown): LiveAnswer {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(value) };
}

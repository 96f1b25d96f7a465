import type { Engine } from '../runtime/engine.ts';
import { nodesView, ownFigures, partitionsView } from './cluster-view.ts';

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
export async function liveRoute(path: string, engine: Engine): Promise<LiveAnswer> {
  try {
    return (await ROUTES[path]?.(engine)) ?? text(404, 'not found');
  } catch {
    return text(503, 'the store does not answer');
  }
}

function text(status: number, words: string): LiveAnswer {
  return { status, contentType: 'text/plain', body: `${words}\n` };
}

function json(value: unknown): LiveAnswer {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(value) };
}

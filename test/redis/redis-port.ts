import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** The nodes of a Redis Cluster speak with each other on a port this much above that of their clients. */
const CLUSTER_BUS_OFFSET = 10_000;
const PORT_MAX = 65_535;

/** A free port of 127.0.0.1 whose cluster bus port is free, too. */
export async function findRedisPort(): Promise<number> {
  for (;;) {
    const server = await listen(0);
    const port = server === undefined ? PORT_MAX : portOf(server);
    const bus = port + CLUSTER_BUS_OFFSET > PORT_MAX ? undefined : await listen(port + CLUSTER_BUS_OFFSET);
    await Promise.all([server, bus].map((each) => each && close(each)));
    if (bus !== undefined) return port;
  }
}

/** Undefined: somebody has the port. */
async function listen(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port; // it listens on TCP
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

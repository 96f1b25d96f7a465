import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Passes bytes on to a server on this machine, until a test cuts the wire. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();
  #isCut = false;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port; // it listens on TCP
    server.on('connection', (from) => {
      if (this.#isCut) return void from.destroy();
      const to = connect(target, '127.0.0.1');
      this.#keep(from, to);
      this.#keep(to, from);
      from.pipe(to);
      to.pipe(from);
    });
  }

  /** In front of a port of 127.0.0.1, on a free one. */
  static async before(target: number): Promise<TcpProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, target);
  }

  /** Ends all connections in the midst of what they carry; new ones are ended at once until `mend`. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #keep(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // its end follows
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.destroy();
    });
  }
}

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { REQUEST_BYTES_MAX } from '../core/limits.ts';
import { CONTENT_TYPE } from './aws-json.ts';
import { BACKUP_PATH, backUp } from './backup-route.ts';
import { readForwarding } from './forwarding.ts';
import { liveRoute } from './live-routes.ts';
import { type ApiResponse, errorResponse, type RouterParts, route } from './router.ts';
import { RequestEntityTooLargeException } from './service-error.ts';

/** How long a client may take to send its headers, and its whole request. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** How long an idle connection stays open: longer than clients keep theirs, so that they, not we, close it. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** A body that is too large is read to its end, so that its sender hears the answer; one above this is cut off. */
const REQUEST_BYTES_DROPPED_MAX = 8 * REQUEST_BYTES_MAX;
/** How long requests under way may take to end when the server closes. */
const CLOSE_GRACE_MS = 10_000;

export interface HttpServer {
  /** Takes requests from now on. Port 0: any free one. @returns the port it listens at. */
  listen(port: number, host: string): Promise<{ readonly port: number }>;
  /** Takes no new connections, lets requests under way end, then closes what is left. Idempotent. */
  close(): Promise<void>;
}

export function createHttpServer(parts: RouterParts): HttpServer {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS });
  server.on('request', (request, response) => void serve(request, response, server, parts));
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  let closed: Promise<void> | undefined;
  return {
    listen: (port, host) => listen(server, port, host),
    close: () => {
      closed ??= close(server);
      return closed;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<{ readonly port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port });
    });
  });
}

function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const end = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(end);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  server: Server,
  parts: RouterParts,
): Promise<void> {
  if (request.method !== 'POST') return serveLive(request, response, parts);
  try {
    const body = await readBody(request);
    if (request.url === BACKUP_PATH) {
      const { status, body: words } = await backUp(request, body ?? '', parts);
      response.writeHead(status, { 'Content-Type': 'text/plain' }).end(`${words}\n`);
      return;
    }
    const answer = await answerPost(request, body, parts);
    // A connection that stays open would hold up the server's end.
    if (!server.listening) response.setHeader('Connection', 'close');
    respond(response, answer);
  } catch {
    // The client went away while it was sending: there is nobody to answer.
    response.destroy();
  }
}

function answerPost(
  { headers }: IncomingMessage,
  body: string | undefined,
  parts: RouterParts,
): ApiResponse | Promise<ApiResponse> {
  const target = headers['x-amz-target'];
  const name = Array.isArray(target) ? target[0] : target;
  try {
    const forwarding = readForwarding(headers, parts.nodeSecret);
    if (body === undefined)
      throw new RequestEntityTooLargeException(`A request has at most ${REQUEST_BYTES_MAX} bytes`);
    return route({ target: name, authorization: headers.authorization, body, ...forwarding }, parts);
  } catch (error) {
    return errorResponse(error, name, parts.log);
  }
}

async function serveLive(request: IncomingMessage, response: ServerResponse, parts: RouterParts): Promise<void> {
  const path = request.method === 'GET' ? (request.url ?? '') : '';
  const { status, contentType, body } = await liveRoute(path, parts);
  response.writeHead(status, { 'Content-Type': contentType }).end(body);
}

/** Undefined: it is too large. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= REQUEST_BYTES_MAX) chunks.push(chunk);
      else if (bytes > REQUEST_BYTES_DROPPED_MAX) request.destroy();
    });
    request.on('end', () => {
      const [first] = chunks;
      if (bytes > REQUEST_BYTES_MAX) resolve(undefined);
      else if (first !== undefined && chunks.length === 1) resolve(first.toString());
      else resolve(Buffer.concat(chunks).toString());
    });
    request.on('error', reject);
    // Comes after 'end' too, and then changes nothing.
    request.on('close', reject);
  });
}

function respond(response: ServerResponse, { status, body, retryAfterSeconds }: ApiResponse): void {
  response.writeHead(status, {
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': retryAfterSeconds }),
    'x-amzn-RequestId': randomUUID(),
    'Content-Type': CONTENT_TYPE,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

import http2 from 'node:http2';
import { createEndpointHandler, RestatePromise, service } from '@restatedev/restate-sdk';

/** The bench's workflows as Restate handlers; steps do nothing, as users write it. Prints the port it listens on. */

// The SDK is written for Node 22; on Node 20 this is all it lacks here.
Promise.withResolvers ??= () => {
  const resolvers = {};
  resolvers.promise = new Promise((resolve, reject) => Object.assign(resolvers, { resolve, reject }));
  return resolvers;
};

const noop = async (event) => event;

const bench = service({
  name: 'bench',
  handlers: {
    nop: async (_ctx, input) => input,
    seq2: async (ctx, input) => {
      const first = await ctx.run('First', () => noop(input));
      return await ctx.run('Second', () => noop(first));
    },
    par10: (ctx, input) =>
      RestatePromise.all(Array.from({ length: 10 }, (_, branch) => ctx.run(`Task${branch}`, () => noop(input)))),
    map100: (ctx, items) => RestatePromise.all(items.map((item, index) => ctx.run(`Task${index}`, () => noop(item)))),
  },
});

const server = http2.createServer(createEndpointHandler({ services: [bench] }));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

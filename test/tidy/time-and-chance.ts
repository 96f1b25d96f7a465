import { type Finding, isCode, matchesOf, type SourceTree } from './source-tree.ts';

/** Where time must come from a message or a port, so that a run can be repeated and simulated. */
const SIMULATED = /^(core|runtime|test\/simulation)\/|^\w+\.ts$/;
/** Where real time is needed in a few places, and then named below. */
const REAL_TIME = /^(workers|api)\//;

const CLOCK_READERS: ReadonlySet<string> = new Set([
  'api/ask-owner.ts', // how long a request may look for its owner
  'core/timestamp.ts',
  'runtime/stores/memory/memory-mailboxes.ts', // a store has a clock of its own, which the simulator replaces
  'runtime/stores/memory/memory-membership.ts',
  'runtime/stores/memory/memory-store.ts',
  'runtime/stores/redis/redis-connection.ts', // how long Redis may be away
  'runtime/stores/redis/redis-store.ts',
  'runtime/system-clock.ts',
  'workers/functions/function-context.ts', // the deadline and the date that a function is told
  'workers/functions/in-process-host.ts', // how long a file that does not load is left alone
  'workers/integrations/lambda-output.ts', // the Date header of Lambda's answer
  'workers/integrations/lambda.ts', // the duration in Lambda's log
  'workers/queue/hosted-functions.ts', // when a worker was last seen
  'workers/queue/job-runner.ts', // how long an attempt has run
  'workers/queue/task-queues.ts', // how long an attempt has waited
  'workers/task-handler.ts', // how close heartbeats are
]);
const TIMER_SETTERS: ReadonlySet<string> = new Set([
  'runtime/stores/redis/redis-connection.ts', // gives up on an answer
  'runtime/stores/redis/redis-mailboxes.ts', // looks for news that were not told
  'runtime/stores/redis/tick-batch.ts', // gathers what is asked for at once
  'runtime/system-clock.ts',
  'test/simulation/simulator.ts', // lets what is under way in the process come to rest
]);
const DICE: ReadonlySet<string> = new Set(['runtime/system-random.ts']);

const CLOCK = /\bDate\.now\b|\bnew Date\b|\bperformance\.now\b|\bprocess\.hrtime\b/g;
const TIMER = /\b(?:setTimeout|setInterval|setImmediate)\(/g;
const CRYPTO = /\b(?:randomUUID|randomBytes|randomInt|getRandomValues)\(/g;

export function timeComesFromTheClock(tree: SourceTree): readonly Finding[] {
  const fix = 'take the time from the message or the Clock port; the files that may ask the machine are listed in';
  return [
    ...findIn(tree, CLOCK, (file) => (SIMULATED.test(file) || REAL_TIME.test(file)) && !CLOCK_READERS.has(file), fix),
    ...findIn(tree, TIMER, (file) => SIMULATED.test(file) && !TIMER_SETTERS.has(file), fix),
  ];
}

export function chanceComesFromTheHost(tree: SourceTree): readonly Finding[] {
  const fix = 'draw from Host or the Random port; the files that may ask the machine are listed in';
  return [
    ...findIn(tree, /\bMath\.random\b/g, () => true, fix),
    ...findIn(tree, CRYPTO, (file) => /^(core|runtime)\//.test(file) && !DICE.has(file), fix),
  ];
}

function findIn(tree: SourceTree, pattern: RegExp, applies: (file: string) => boolean, fix: string): Finding[] {
  return [...tree].flatMap(([file, text]) => {
    if (!isCode(file) || !applies(file)) return [];
    return [...matchesOf(withoutComments(text), pattern)].map(({ match, line }) => ({
      file,
      line,
      fix: `${match[0]}: ${fix} test/tidy/time-and-chance.ts`,
    }));
  });
}

/** Comments emptied, lines kept: a comment may name what the code may not call. */
function withoutComments(text: string): string {
  return text.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
}

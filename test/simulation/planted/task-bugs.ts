import { Deaths } from '../../../runtime/partition/deaths.ts';
import { ElsewhereWork } from '../../../runtime/partition/hand-over.ts';
import { MemoryMembership } from '../../../runtime/stores/memory/memory-membership.ts';
import { replaceMethod } from '../replace-method.ts';
import { SimulatedMembership } from '../simulated-membership.ts';
import { SimulatedWorkers } from '../simulated-workers.ts';
import type { PlantedBug } from './planted-bug.ts';

const DAY_MS = 24 * 3_600_000;

export const TASK_BUGS: readonly PlantedBug[] = [
  {
    bug: 'every 20th task is dispatched twice',
    plant: () =>
      replaceMethod(SimulatedWorkers.prototype, 'dispatch', (dispatch) => {
        let tasks = 0;
        return function (this: SimulatedWorkers, ...args) {
          dispatch.apply(this, args);
          if (++tasks % 20 === 0) dispatch.apply(this, args);
        };
      }),
  },
  {
    bug: 'what goes on elsewhere is dispatched again after a hand-over',
    plant: () => replaceMethod(ElsewhereWork.prototype, 'leaveAttempt', () => () => false),
  },
  {
    bug: 'Express starts that go on elsewhere are run again after a hand-over',
    plant: () => replaceMethod(ElsewhereWork.prototype, 'leaveStart', () => () => false),
  },
  {
    bug: 'a second hand-over does not tell of what goes on at the first owner',
    plant: () =>
      replaceMethod(
        ElsewhereWork.prototype,
        'passOn',
        (passOn) =>
          function (this: ElsewhereWork, own) {
            return passOn.call(this, own).filter(({ nodeId }) => nodeId === own.nodeId);
          },
      ),
  },
  {
    bug: 'what a node has left that is gone is never dispatched again',
    plant: () =>
      replaceMethod(ElsewhereWork.prototype, 'takeBack', () => (nodeId) => ({ nodeId, attempts: [], starts: [] })),
  },
  {
    bug: 'a node that lives is taken for gone now and then',
    plant: () =>
      replaceMethod(SimulatedMembership.prototype, 'heartbeat', (heartbeat) => {
        let beats = 0;
        return async function (this: SimulatedMembership, node, termMs) {
          const members = await heartbeat.call(this, node, termMs);
          return ++beats % 50 === 0 ? { ...members, nodes: members.nodes.filter(({ id }) => id === node.id) } : members;
        };
      }),
  },
  {
    bug: 'a node that is dead stays a member',
    plant: () =>
      replaceMethod(
        MemoryMembership.prototype,
        'heartbeat',
        (heartbeat) =>
          function (this: MemoryMembership, node) {
            return heartbeat.call(this, node, DAY_MS);
          },
      ),
  },
  {
    bug: 'deaths are not counted: what kills its process does so for ever',
    plant: () => replaceMethod(Deaths.prototype, 'count', () => async (names) => names.map(() => 0)),
  },
  {
    bug: 'deaths count double: what is innocent is given up',
    plant: () =>
      replaceMethod(
        Deaths.prototype,
        'count',
        (count) =>
          async function (this: Deaths, names) {
            return (await count.call(this, names)).map((deaths) => 2 * deaths);
          },
      ),
  },
];

import { BranchOutbox } from '../../../core/interpreter/branch-outbox.ts';
import { replaceMethod } from '../replace-method.ts';
import type { PlantedBug } from './planted-bug.ts';

export const BRANCH_BUGS: readonly PlantedBug[] = [
  {
    bug: 'a branch forgets one entry more of its progress than its root has',
    plant: () =>
      replaceMethod(
        BranchOutbox.prototype,
        'acknowledge',
        (acknowledge) =>
          function (this: BranchOutbox, { taken, gap }) {
            acknowledge.call(this, { taken: taken + 1, gap });
          },
      ),
  },
];

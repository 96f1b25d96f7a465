import { MemoryMailboxes } from '../../runtime/stores/memory/memory-mailboxes.ts';
import { MemoryMembership } from '../../runtime/stores/memory/memory-membership.ts';
import { describeMailboxes } from './mailbox-contract.ts';
import { describeMembership } from './membership-contract.ts';

describeMailboxes('memory', async () => {
  const mailboxes = new MemoryMailboxes();
  return { here: mailboxes, there: mailboxes, remove: () => undefined };
});

describeMembership('memory', async () => ({ membership: new MemoryMembership(), remove: () => undefined }));

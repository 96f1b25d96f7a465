import { executionArnOf } from '../../runtime/actor/execution-key.ts';
import { type MailboxEnvelope, unpackEnvelope } from '../../runtime/partition/mailbox-message.ts';
import type { TurnCommit } from '../../runtime/ports/store.ts';
import type { Checkers } from './checkers.ts';
import type { Ownership } from './ownership.ts';
import type { MailboxWatch } from './simulated-mailboxes.ts';

const KEPT_RELEASE = 'release/';

/** Watches what nobody says a second time: results and releases are kept until what they ask for is durable. */
export class Mail implements MailboxWatch {
  readonly #checkers: Checkers;
  readonly #ownership: Ownership;
  /** Branches that were there when their release was decided: of one that begins later its root hears, and says it again. */
  readonly #begun: Set<string> = new Set();
  /** Branches whose release lies in a mailbox, or has lain there. */
  readonly #releases: Set<string> = new Set();

  constructor(checkers: Checkers, ownership: Ownership) {
    this.#checkers = checkers;
    this.#ownership = ownership;
  }

  appended(messages: readonly Uint8Array[]): void {
    for (const envelope of messages.map(unpackEnvelope)) {
      const number = resultOf(envelope);
      if (number !== undefined) this.#ownership.resultLies(`${executionArnOf(keyOf(envelope))}#${number}`);
      if (isRelease(envelope)) {
        this.#notice(keyOf(envelope));
        this.#releases.add(keyOf(envelope));
      }
    }
  }

  removed(messages: readonly Uint8Array[]): void {
    for (const envelope of messages.map(unpackEnvelope)) {
      const key = keyOf(envelope);
      const number = resultOf(envelope);
      if (number !== undefined) {
        this.#claim(
          key,
          this.#checkers.isTaskOver(key, number),
          `the result of task ${number} is removed, and not taken`,
        );
      }
      if (isRelease(envelope)) this.#claim(key, this.#isReleased(key), 'its release is removed, and not taken');
    }
  }

  /** A release is kept until it has been taken or lies in a mailbox. */
  committed({ records }: TurnCommit): void {
    for (const { key, value } of records) {
      if (!key.startsWith(KEPT_RELEASE)) continue;
      const branch = key.slice(KEPT_RELEASE.length);
      if (value !== undefined) this.#notice(branch);
      else this.#claim(branch, this.#isReleased(branch) || this.#releases.has(branch), 'its release is forgotten');
    }
  }

  #notice(branch: string): void {
    if (this.#checkers.logs.has(branch)) this.#begun.add(branch);
  }

  #isReleased(branch: string): boolean {
    return !this.#begun.has(branch) || this.#checkers.logs.get(branch)?.released !== false;
  }

  /** What makes a turn throw is taken by that. */
  #claim(key: string, holds: boolean, text: string): void {
    this.#checkers.claim(holds || this.#checkers.hasFailedTurn(key), `${key}: ${text}`);
  }
}

function keyOf(envelope: MailboxEnvelope): string {
  return 'executionKey' in envelope ? envelope.executionKey : '';
}

function isRelease(envelope: MailboxEnvelope): boolean {
  return 'message' in envelope && envelope.message.type === 'Release';
}

/** The attempt that a message ends, by its number. */
function resultOf(envelope: MailboxEnvelope): number | undefined {
  if (!('message' in envelope)) return undefined;
  const { message } = envelope;
  return message.type === 'TaskSucceeded' || message.type === 'TaskFailed' ? message.taskNumber : undefined;
}

import type { Json } from '../../core/json.ts';

export type MachineType = 'STANDARD' | 'EXPRESS';

/** A state machine as it is stored. Configurations are kept in the API's own shape. Times: ms since the epoch. */
export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly type: MachineType;
  readonly status: 'ACTIVE' | 'DELETING';
  readonly creationMs: number;
  readonly tags: readonly Tag[];
  readonly revision: Revision;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** One text of a definition and what goes with it: immutable; executions keep the one they were started with. */
export interface Revision {
  readonly id: string;
  /** The one that the machine was created with: AWS shows ids from the first update on. */
  readonly initial: boolean;
  readonly stateMachineArn: string;
  readonly type: MachineType;
  readonly definition: string;
  readonly roleArn: string;
  readonly updateMs: number;
  readonly configuration: RevisionConfiguration;
}

export interface RevisionConfiguration {
  readonly loggingConfiguration?: Json;
  readonly tracingConfiguration?: Json;
  readonly encryptionConfiguration?: Json;
}

/** What an update changes; absent: stays. */
export interface StateMachineChange {
  readonly definition?: string;
  readonly roleArn?: string;
  readonly configuration?: RevisionConfiguration;
}

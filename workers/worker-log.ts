/** What workers tell whoever watches the node; never part of an execution's history. */
export type WorkerLogEvent =
  | {
      readonly type: 'FunctionMissing';
      readonly functionName: string;
      /** Folder looked in; undefined: none was given. */
      readonly functionsDir: string | undefined;
      readonly executionArn: string;
      readonly stateName: string;
    }
  /** Two files have the same function name; `used` wins. */
  | {
      readonly type: 'FunctionAmbiguous';
      readonly functionName: string;
      readonly used: string;
      readonly ignored: string;
    }
  | {
      readonly type: 'FunctionLoadFailed';
      readonly functionName: string;
      readonly error: string;
      readonly cause: string;
    }
  /** A file the function is made of was edited: the next call loads it anew. */
  | { readonly type: 'FunctionChanged'; readonly functionName: string; readonly file: string }
  /** The thread of an isolated function ended other than by a reload or stop. */
  | { readonly type: 'FunctionThreadEnded'; readonly functionName: string; readonly reason: string }
  /** A queue's work could not be done, and is tried again. */
  | {
      readonly type: 'QueueFailed';
      /** Whose queue; empty: no single one. */
      readonly functionName: string;
      readonly reason: string;
    }
  /** An execution that a schedule asks for could not be started; that is tried again, for a while. */
  | {
      readonly type: 'ScheduledStartFailed';
      readonly stateMachineArn: string;
      readonly name: string;
      readonly input: string;
      readonly reason: string;
    }
  | {
      readonly type: 'EventLoopBlocked';
      /** Function whose call did not return all the while; undefined: no single one, see `lastFunctionName`. */
      readonly functionName: string | undefined;
      /** Function called last: the likely one when what blocks comes after an `await`. */
      readonly lastFunctionName: string | undefined;
      /** How long the event loop has stood still when it was noticed, in milliseconds. */
      readonly blockedMs: number;
    };

export type WorkerLog = (event: WorkerLogEvent) => void;

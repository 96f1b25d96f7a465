/**
 * An error an execution can see, retry and catch: a name (`States.Timeout`, `Lambda.Unknown`, a function's own
 * errorType …) and a cause. Thrown inside one step and turned into events there; never leaves `step`.
 */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  readonly error: string;
  /** AWS's text, without the «An error occurred while executing the state …» prefix, which needs an event id. */
  readonly reason: string;
  /** The field whose expression failed (`Arguments/FunctionName`), where JSONata says one: EvaluationFailed shows it. */
  readonly location: string | undefined;

  constructor(error: string, reason: string, location?: string) {
    super(`${error}: ${reason}`);
    this.error = error;
    this.reason = reason;
    this.location = location;
  }
}

/** Where the name of an error comes from, as AWS writes it before the `#` of `__type`. */
const MODEL = 'com.amazonaws.swf.service.v2.model';
const VALIDATION = 'com.amazon.coral.validate';
const PROTOCOL = 'com.amazon.coral.service';

/** An error that the API answers with: its class has AWS's name. `fields` are members beside the message. */
export abstract class ServiceError extends Error {
  abstract override readonly name: string;
  readonly namespace: string = MODEL;
  readonly httpStatus: number = 400;
  readonly fields: { readonly [field: string]: string } | undefined = undefined;
}

export class ExecutionAlreadyExists extends ServiceError {
  override readonly name = 'ExecutionAlreadyExists';
  constructor(executionArn: string) {
    super(`Execution Already Exists: '${executionArn}'`);
  }
}

export class ExecutionDoesNotExist extends ServiceError {
  override readonly name = 'ExecutionDoesNotExist';
  constructor(executionArn: string) {
    super(`Execution Does Not Exist: '${executionArn}'`);
  }
}

export class InvalidArn extends ServiceError {
  override readonly name = 'InvalidArn';

  static because(reason: string): InvalidArn {
    return new InvalidArn(`Invalid Arn: '${reason}'`);
  }

  static role(roleArn: string): InvalidArn {
    return new InvalidArn(`Invalid Role Arn: '${roleArn}'`);
  }
}

export class InvalidDefinition extends ServiceError {
  override readonly name = 'InvalidDefinition';
}

export class InvalidEncryptionConfiguration extends ServiceError {
  override readonly name = 'InvalidEncryptionConfiguration';
  constructor(reason: string) {
    super(`Invalid Encryption Configuration: ${reason}`);
  }
}

export class InvalidExecutionInput extends ServiceError {
  override readonly name = 'InvalidExecutionInput';
  constructor(reason: string) {
    super(`Invalid State Machine Execution Input: '${reason}'`);
  }
}

export class InvalidLoggingConfiguration extends ServiceError {
  override readonly name = 'InvalidLoggingConfiguration';
  constructor(reason: string) {
    super(`Invalid Logging Configuration: ${reason}`);
  }
}

export class InvalidName extends ServiceError {
  override readonly name = 'InvalidName';
  constructor(name: string) {
    super(`Invalid Name: '${name}'`);
  }
}

export class InvalidOutput extends ServiceError {
  override readonly name = 'InvalidOutput';
  constructor(reason: string) {
    super(`Invalid Output: '${reason}'`);
  }
}

export class InvalidToken extends ServiceError {
  override readonly name = 'InvalidToken';
  constructor() {
    super("Invalid Token: 'Invalid token'");
  }
}

export class MissingRequiredParameter extends ServiceError {
  override readonly name = 'MissingRequiredParameter';
}

export class ResourceNotFound extends ServiceError {
  override readonly name = 'ResourceNotFound';
  override readonly fields: { readonly resourceName: string };
  constructor(resourceName: string) {
    super(`Resource not found: '${resourceName}'`);
    this.fields = { resourceName };
  }
}

export class StateMachineAlreadyExists extends ServiceError {
  override readonly name = 'StateMachineAlreadyExists';
  constructor(stateMachineArn: string) {
    super(`State Machine Already Exists: '${stateMachineArn}'`);
  }
}

export class StateMachineDoesNotExist extends ServiceError {
  override readonly name = 'StateMachineDoesNotExist';
  constructor(stateMachineArn: string) {
    super(`State Machine Does Not Exist: '${stateMachineArn}'`);
  }
}

export class StateMachineTypeNotSupported extends ServiceError {
  override readonly name = 'StateMachineTypeNotSupported';
  constructor() {
    super('This operation is not supported by this type of state machine');
  }
}

export class TaskTimedOut extends ServiceError {
  override readonly name = 'TaskTimedOut';
  constructor() {
    super("Task Timed Out: 'Provided task does not exist anymore'");
  }
}

export class TooManyTags extends ServiceError {
  override readonly name = 'TooManyTags';
  override readonly fields: { readonly resourceName: string };
  constructor(resourceName: string) {
    super(`Too many tags: '${resourceName}'`);
    this.fields = { resourceName };
  }
}

/** A member of the request breaks a constraint of the API's model, or the request contradicts itself. */
export class ValidationException extends ServiceError {
  override readonly name = 'ValidationException';
  override readonly namespace: string = VALIDATION;
}

/** The body is not JSON, or a member of it has another type than the API's model says. */
export class SerializationException extends ServiceError {
  override readonly name = 'SerializationException';
  override readonly namespace: string = PROTOCOL;
}

/** Who asks may not ask that. */
export class AccessDeniedException extends ServiceError {
  override readonly name = 'AccessDeniedException';
  override readonly namespace: string = PROTOCOL;
  override readonly httpStatus = 403;
}

export class UnknownOperationException extends ServiceError {
  override readonly name = 'UnknownOperationException';
  override readonly namespace: string = PROTOCOL;
}

export class RequestEntityTooLargeException extends ServiceError {
  override readonly name = 'RequestEntityTooLargeException';
  override readonly namespace: string = PROTOCOL;
  override readonly httpStatus = 413;
}

/** There is too much to do, or no room for more. SDKs ask again, slower. */
export class ThrottlingException extends ServiceError {
  override readonly name = 'ThrottlingException';
  override readonly namespace: string = PROTOCOL;
}

/** Nobody can answer just now. SDKs ask again by themselves. */
export class ServiceUnavailable extends ServiceError {
  override readonly name = 'ServiceUnavailable';
  override readonly namespace: string = PROTOCOL;
  override readonly httpStatus = 503;
}

/** Our own fault: its cause is in the server's log. */
export class InternalFailure extends ServiceError {
  override readonly name = 'InternalFailure';
  override readonly namespace: string = PROTOCOL;
  override readonly httpStatus = 500;
  constructor() {
    super('The request processing has failed because of an unknown error, exception or failure.');
  }
}

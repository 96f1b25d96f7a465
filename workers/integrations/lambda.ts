import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import type { TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import { functionNotFound, serviceFailure, type TaskFailure } from '../functions/function-error.ts';
import type { CallEvents, FunctionCall, FunctionHost } from '../functions/function-host.ts';
import {
  FUNCTION_NAME_PATTERN,
  type FunctionTarget,
  functionTarget,
  parseFunctionName,
} from '../functions/function-name.ts';
import type { Attempt, TaskHandler } from '../task-handler.ts';
import { asideOutput, responseOutput } from './lambda-output.ts';

/** A checked request to Lambda's Invoke. */
interface InvokeRequest {
  readonly call: FunctionCall;
  readonly invocationType: InvocationType;
  readonly logTail: boolean;
}

const PARAMETERS = ['ClientContext', 'FunctionName', 'InvocationType', 'LogType', 'Payload', 'Qualifier'];
const INVOCATION_TYPES = ['DryRun', 'Event', 'RequestResponse'] as const;
type InvocationType = (typeof INVOCATION_TYPES)[number];

/** `arn:aws:states:::lambda:invoke`, also with `.waitForTaskToken`: Invoke of Lambda's API. */
export function lambdaInvokeHandler(functions: FunctionHost): TaskHandler {
  return (attempt) => {
    const request = readRequest(attempt);
    if ('error' in request) return attempt.report(request);
    if (request.invocationType !== 'RequestResponse') return invokeAside(functions, request, attempt);
    const { call, logTail } = request;
    const startMs = logTail ? performance.now() : 0;
    attempt.work = functions.invoke(call, {
      done: (result) => {
        if (result.type === 'Failed') return attempt.report(result);
        const runMs = logTail ? performance.now() - startMs : undefined;
        attempt.report(answer(attempt, responseOutput(call, result.output, runMs)));
      },
      beat: () => attempt.beat(),
    });
  };
}

const UNHEARD: CallEvents = { done: () => undefined, beat: () => undefined };

/** Event and DryRun: the task does not wait for the function, which goes on whatever becomes of the task. */
function invokeAside(functions: FunctionHost, { call, invocationType }: InvokeRequest, attempt: Attempt): void {
  functions.has(call.target.name).then(
    (found) => {
      if (!found) return attempt.report(functionNotFound(call.target.qualifiedArn, call.requestId));
      if (invocationType === 'Event') functions.invoke(call, UNHEARD);
      attempt.report(answer(attempt, asideOutput(call, invocationType === 'Event' ? 202 : 204)));
    },
    (error) =>
      attempt.report(serviceFailure('ServiceException', String(error), { status: 500, requestId: call.requestId })),
  );
}

/** With `.waitForTaskToken` the function's answer only says that the work is under way. */
function answer(attempt: Attempt, output: string): TaskResult {
  const { resource } = attempt;
  const waits = resource.kind === 'service' && resource.pattern === 'wait-for-task-token';
  return { type: waits ? 'Submitted' : 'Succeeded', output };
}

function readRequest(attempt: Attempt): InvokeRequest | TaskFailure {
  const { task } = attempt;
  const parameters: Json = JSON.parse(task.input);
  const requestId = randomUUID();
  const problem = parameterProblem(parameters);
  if (!isObject(parameters) || problem !== undefined) {
    const cause = `The Parameters '${task.input}' could not be used to start the Task: [${problem}]`;
    return { type: 'Failed', error: 'States.Runtime', cause };
  }
  const target = readTarget(parameters, task.executionArn, requestId);
  if ('error' in target) return target;
  const event = readPayload(parameters.Payload, requestId);
  if ('error' in event) return event;
  const clientContext = readClientContext(parameters.ClientContext, requestId);
  if ('error' in clientContext) return clientContext;
  const invocationType = INVOCATION_TYPES.find((type) => type === (parameters.InvocationType ?? 'RequestResponse'));
  if (invocationType === undefined) {
    return invalid(
      'invocationType',
      String(parameters.InvocationType),
      'enum value set: [Event, RequestResponse, DryRun]',
      requestId,
    );
  }
  const call = { target, event: event.value, clientContext: clientContext.value, requestId, task };
  return { call, invocationType, logTail: parameters.LogType === 'Tail' };
}

function parameterProblem(parameters: Json): string | undefined {
  if (!isObject(parameters)) return "The field 'FunctionName' is required but was missing";
  const unknown = Object.keys(parameters).find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) return `The field '${unknown}' is not supported by Step Functions`;
  if ((parameters.FunctionName ?? null) === null) return "The field 'FunctionName' is required but was missing";
  const wrong = PARAMETERS.find((name) => {
    const value = parameters[name];
    return name !== 'Payload' && value !== undefined && value !== null && typeof value !== 'string';
  });
  return wrong && `The value of the field '${wrong}' has an invalid format`;
}

function readTarget(parameters: JsonObject, executionArn: string, requestId: string): FunctionTarget | TaskFailure {
  const name = String(parameters.FunctionName);
  const target = parseFunctionName(name, executionArn);
  if (target === undefined)
    return invalid('functionName', name, `regular expression pattern: ${FUNCTION_NAME_PATTERN}`, requestId);
  const qualifier = parameters.Qualifier;
  if (typeof qualifier !== 'string' || qualifier === target.version) return target;
  if (target.invokedArn === target.qualifiedArn) {
    const message = 'The derived qualifier from the function name does not match the specified qualifier.';
    return serviceFailure('InvalidParameterValueException', message, { status: 400, requestId });
  }
  return functionTarget(target.invokedArn, target.name, qualifier);
}

/**
 * A text is sent to Lambda as it is and so has to be JSON itself: `"[]"` is an empty array. No payload is `{}`.
 */
function readPayload(payload: Json | undefined, requestId: string): { value: Json } | TaskFailure {
  if (payload === undefined || payload === null || payload === '') return { value: {} };
  if (typeof payload !== 'string') return { value: payload };
  try {
    return { value: JSON.parse(payload) };
  } catch {
    const token = /^\s*[\w$]+/.exec(payload)?.[0] ?? payload.slice(0, 1);
    const message =
      `Could not parse request body into json: Could not parse payload into json: Unrecognized token '${token.trim()}': ` +
      "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n" +
      ` at [Source: (byte[])"${payload}"; line: 1, column: ${token.length + 2}]`;
    return serviceFailure('InvalidRequestContentException', message, { status: 400, requestId });
  }
}

function readClientContext(text: Json | undefined, requestId: string): { value: Json | undefined } | TaskFailure {
  if (typeof text !== 'string') return { value: undefined };
  try {
    return { value: JSON.parse(Buffer.from(text, 'base64').toString()) };
  } catch {
    const message = 'Client context must be a valid Base64-encoded JSON object.';
    return serviceFailure('InvalidRequestContentException', message, { status: 400, requestId });
  }
}

function invalid(field: string, value: string, constraint: string, requestId: string): TaskFailure {
  const message = `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: Member must satisfy ${constraint}`;
  return serviceFailure('ValidationException', message, { error: 'Lambda.AWSLambdaException', status: 400, requestId });
}

import { isObject, type JsonObject } from '../json.ts';
import type { Check, Scope } from './check.ts';
import { type Integration, integrationOf } from './integrations.ts';
import { hasPlaceholder, parseResource, type TaskResource } from './resource.ts';

/** Region and account of an ARN as documentation writes them before they are known. */
const UNFILLED = /^arn:[^:]*:[^:]*:(?![a-z]{2}(?:-[a-z]+)+-\d:\d{12}:)[^:]+:[^:]*:/;

export function unrecognisedResource(arn: string): string {
  const reason = 'The value is not a valid resource ARN, or the resource is not available in this region.';
  return `The resource provided ${arn} is not recognized. ${reason}`;
}

/** A Task's Resource: known to AWS, and of use to the type of its state machine. */
export const taskResource: Check = (value, location, scope) => {
  const { findings } = scope;
  if (typeof value !== 'string') {
    findings.error('Expected value of type String', location);
    return;
  }
  if (hasPlaceholder(value) || UNFILLED.test(value)) {
    findings.warn(
      'PLACEHOLDER_RESOURCE',
      `The resource ${value} has placeholders that nothing has filled in`,
      location,
    );
  }
  const resource = parseResource(value);
  if (resource === undefined || !isKnown(resource)) findings.error(unrecognisedResource(value), location);
  else if (scope.express) checkExpress(resource, location, scope);
};

function isKnown(resource: TaskResource): boolean {
  if (resource.kind !== 'service') return true;
  if (resource.resource.endsWith('.sync:2') && resource.service !== 'states') return false;
  return integrationOf(resource.service, resource.action)?.patterns.includes(resource.pattern) === true;
}

function checkExpress(resource: TaskResource, location: string, { findings }: Scope): void {
  if (resource.kind === 'activity') findings.error('Express state machine does not support Activity ARN', location);
  if (resource.kind !== 'service' || resource.pattern === 'request-response') return;
  const suffix = resource.resource.slice(resource.action.length);
  // The blank at the end is AWS's.
  findings.error(`Express state machine does not support '${suffix}' service integration `, location);
}

/** Reports the parameters that an optimised integration lacks. */
export function checkParameters(task: JsonObject, location: string, { findings, language }: Scope): void {
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const parameters = task[field];
  if (!isObject(parameters)) return;
  for (const name of integrationOfTask(task)?.required ?? []) {
    if (Object.hasOwn(parameters, name) || Object.hasOwn(parameters, `${name}.$`)) continue;
    findings.error(`The field '${name}' is required but was missing`, `${location}/${field}`);
  }
}

function integrationOfTask(task: JsonObject): Integration | undefined {
  const arn = task.Resource;
  const resource = typeof arn === 'string' ? parseResource(arn) : undefined;
  return resource?.kind === 'service' ? integrationOf(resource.service, resource.action) : undefined;
}

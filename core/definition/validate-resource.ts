import { isObject, type JsonObject } from '../json.ts';
import type { Check, Scope } from './check.ts';
import { integrationOf } from './integrations.ts';
import { hasPlaceholder, isUnfilled, parseResource, type TaskResource } from './resource.ts';

/** Region and account of an ARN as documentation writes them before they are known. */
const UNFILLED = /^arn:[^:]*:[^:]*:(?![a-z]{2}(?:-[a-z]+)+-\d:\d{12}:)[^:]+:[^:]*:/;

function unrecognisedResource(arn: string): string {
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
  if (resource === undefined && !value.startsWith('arn:'))
    findings.error('Value is not a valid resource ARN', location);
  else if (resource === undefined || !isKnown(resource)) findings.error(unrecognisedResource(value), location);
  else if (scope.express) checkExpress(resource, location, scope);
};

function isKnown(resource: TaskResource): boolean {
  if (resource.kind !== 'service') return true;
  if (isUnfilled(resource.service) || isUnfilled(resource.action)) return true;
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

/** What a Task's other members owe to its Resource: the parameters an integration needs, no role for an activity. */
export function checkResourceUse(task: JsonObject, location: string, scope: Scope): void {
  const { findings } = scope;
  const arn = task.Resource;
  const resource = typeof arn === 'string' ? parseResource(arn) : undefined;
  if (resource?.kind === 'activity' && Object.hasOwn(task, 'Credentials')) {
    findings.error("The field 'Credentials' is not supported for activities", `${location}/Credentials`);
  }
  if (resource?.kind !== 'service' || !isKnown(resource)) return;
  const field = scope.language === 'JSONata' ? 'Arguments' : 'Parameters';
  if (!Object.hasOwn(task, field)) {
    findings.error(`${field} field is required for resource ARN: ${arn}`, `${location}/Resource`);
  }
  const parameters = task[field];
  if (!isObject(parameters)) return;
  for (const name of integrationOf(resource.service, resource.action)?.required ?? []) {
    if (Object.hasOwn(parameters, name) || Object.hasOwn(parameters, `${name}.$`)) continue;
    findings.error(`The field '${name}' is required but was missing`, `${location}/${field}`);
  }
}

/** What a Task's Resource names: who does the work, and how the state waits for it. */
export type TaskResource =
  | { readonly kind: 'lambda'; readonly functionArn: string }
  | { readonly kind: 'activity'; readonly activityArn: string }
  | {
      readonly kind: 'service';
      /** `lambda`, `sqs`, `aws-sdk:dynamodb` …: resourceType in the history. */
      readonly service: string;
      /** `invoke`, `putItem` …, with its suffix as in the history: `startExecution.sync:2`. */
      readonly resource: string;
      /** The action without its suffix. */
      readonly action: string;
      readonly pattern: IntegrationPattern;
    };

export type IntegrationPattern = 'request-response' | 'sync' | 'wait-for-task-token';

/** `${Name}`, `#{Name}`, `{{name}}`, `<NAME>`: what templates leave for a deployment to fill in. */
const PLACEHOLDER = /\$\{[^{}]*\}|#\{[^{}]*\}|\{\{[^{}]*\}\}|<[^<>]*>/g;
/** Stands in for a placeholder while an ARN is read. */
const FILLED = 'PARTITION';

const LAMBDA = /^arn:(?:aws[\w-]*|PARTITION):lambda:[^:]*:[^:]*:function:[^:]+(?::[^:]+)?$/;
const ACTIVITY = /^arn:(?:aws[\w-]*|PARTITION):states:[^:]+:[^:]+:activity:.+$/;
const SERVICE =
  /^arn:(?:aws[\w-]*|PARTITION):states:[^:]*:[^:]*:((?:aws-sdk:)?[\w-]+):(\w+)(\.sync(?::2)?|\.waitForTaskToken)?$/;

/**
 * Reads a Resource ARN; undefined where it has none of the known forms. Placeholders may stand for any of it: where they
 * leave no known form, the ARN is taken for a function's.
 */
export function parseResource(arn: string): TaskResource | undefined {
  const filled = withoutPlaceholders(arn);
  if (LAMBDA.test(filled)) return { kind: 'lambda', functionArn: arn };
  if (ACTIVITY.test(filled)) return { kind: 'activity', activityArn: arn };
  const match = SERVICE.exec(filled);
  const [, service, action, suffix = ''] = match ?? [];
  if (service === undefined || action === undefined) {
    return filled === arn ? undefined : { kind: 'lambda', functionArn: arn };
  }
  return { kind: 'service', service, resource: action + suffix, action, pattern: patternOf(suffix) };
}

/** Whether something is left in an ARN that a deployment should have filled in. */
export function hasPlaceholder(arn: string): boolean {
  return withoutPlaceholders(arn) !== arn;
}

/** Whether a part of a resource that was read holds a placeholder: it may become anything. */
export function isUnfilled(part: string): boolean {
  return part.includes(FILLED);
}

function withoutPlaceholders(arn: string): string {
  return arn.replace(PLACEHOLDER, FILLED);
}

function patternOf(suffix: string): IntegrationPattern {
  if (suffix === '.waitForTaskToken') return 'wait-for-task-token';
  return suffix === '' ? 'request-response' : 'sync';
}

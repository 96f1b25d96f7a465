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

const LAMBDA = /^arn:[\w-]+:lambda:[^:]*:[^:]*:function:[^:]+(?::[^:]+)?$/;
const ACTIVITY = /^arn:[\w-]+:states:[^:]+:[^:]+:activity:.+$/;
const SERVICE = /^arn:[\w-]+:states:[^:]*:[^:]*:((?:aws-sdk:)?[\w-]+):(\w+)(\.sync(?::2)?|\.waitForTaskToken)?$/;

/** Reads a Resource ARN; undefined where it has none of the known forms. */
export function parseResource(arn: string): TaskResource | undefined {
  if (LAMBDA.test(arn)) return { kind: 'lambda', functionArn: arn };
  if (ACTIVITY.test(arn)) return { kind: 'activity', activityArn: arn };
  const match = SERVICE.exec(arn);
  const [, service, action, suffix = ''] = match ?? [];
  if (service === undefined || action === undefined) return undefined;
  return { kind: 'service', service, resource: action + suffix, action, pattern: patternOf(suffix) };
}

function patternOf(suffix: string): IntegrationPattern {
  if (suffix === '.waitForTaskToken') return 'wait-for-task-token';
  return suffix === '' ? 'request-response' : 'sync';
}

/** Which function a call means. */
export interface FunctionTarget {
  readonly name: string;
  /** `$LATEST`, or the version or alias that was asked for: all of them are the one file here. */
  readonly version: string;
  /** As asked for: with the qualifier only where one was given. */
  readonly invokedArn: string;
  /** With the qualifier, `$LATEST` where none was given: what Lambda's own messages show. */
  readonly qualifiedArn: string;
}

/** Lambda's own pattern for FunctionName: name, partial ARN or ARN, each with an optional qualifier. API: Invoke. */
export const FUNCTION_NAME_PATTERN =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';

const ARN =
  /^arn:(?<partition>[\w-]+):lambda:(?<region>[^:]*):(?<account>[^:]*):function:(?<name>[\w.-]+)(?::(?<qualifier>\$LATEST|[\w-]+))?$/;
const NAME_OR_PARTIAL_ARN =
  /^(?:(?<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[\w.-]+)(?::(?<qualifier>\$LATEST|[\w-]+))?$/;

/**
 * Reads a FunctionName; what it leaves out (partition, region, account) comes from the execution's ARN.
 * Placeholders such as `REGION` and `ACCOUNT_ID` in an ARN stay as they are. Undefined: not a function's name.
 */
export function parseFunctionName(text: string, executionArn: string): FunctionTarget | undefined {
  const groups = (ARN.exec(text) ?? NAME_OR_PARTIAL_ARN.exec(text))?.groups;
  if (groups?.name === undefined) return undefined;
  const [, partition, , region, account] = executionArn.split(':');
  const prefix = `arn:${groups.partition || partition}:lambda:${groups.region || region}:${groups.account || account}`;
  return functionTarget(`${prefix}:function:${groups.name}`, groups.name, groups.qualifier);
}

export function functionTarget(arn: string, name: string, qualifier: string | undefined): FunctionTarget {
  const version = qualifier ?? '$LATEST';
  return {
    name,
    version,
    invokedArn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
    qualifiedArn: `${arn}:${version}`,
  };
}

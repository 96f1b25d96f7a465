import { utf8Length } from '../../core/json.ts';
import { FUNCTION_MEMORY_MB } from '../functions/function-context.ts';
import type { FunctionCall } from '../functions/function-host.ts';

type Headers = readonly (readonly [name: string, value: string])[];

/**
 * The output of `lambda:invoke` for a function's answer (JSON text), with the members and headers AWS shows.
 * `runMs`: how long the function ran, where LogType Tail asks for Lambda's report of it.
 */
export function responseOutput(call: FunctionCall, payload: string, runMs: number | undefined): string {
  const version = call.target.version;
  const log = runMs === undefined ? undefined : logResult(call, runMs);
  const headers: Headers = [
    ['Connection', 'keep-alive'],
    ['Content-Length', String(utf8Length(payload))],
    ['Content-Type', 'application/json'],
    ['Date', new Date().toUTCString()],
    ['X-Amz-Executed-Version', version],
    ...(log === undefined ? [] : [['X-Amz-Log-Result', log] as const]),
    ['x-amzn-Remapped-Content-Length', '0'],
    ['x-amzn-RequestId', call.requestId],
    ['X-Amzn-Trace-Id', traceId(call.requestId)],
  ];
  const logMember = log === undefined ? '' : `"LogResult":"${log}",`;
  return `{"ExecutedVersion":"${version}",${logMember}"Payload":${payload},${sdkMembers(headers, 200, call.requestId)}}`;
}

/** The output where the function's answer is not waited for: 202 (Event) or 204 (DryRun). */
export function asideOutput(call: FunctionCall, status: 202 | 204): string {
  const headers: Headers = [
    ['Connection', 'keep-alive'],
    ['Content-Length', '0'],
    ['Date', new Date().toUTCString()],
    ['x-amzn-Remapped-Content-Length', '0'],
    ['x-amzn-RequestId', call.requestId],
    ['X-Amzn-Trace-Id', traceId(call.requestId)],
  ];
  return `{"Payload":"",${sdkMembers(headers, status, call.requestId)}}`;
}

// Names and values are ours and need no escaping: a version holds word characters, `-` and `$` only.
function sdkMembers(headers: Headers, status: number, requestId: string): string {
  let lists = '';
  let values = '';
  for (const [name, value] of headers) {
    const separator = lists === '' ? '' : ',';
    lists += `${separator}"${name}":["${value}"]`;
    values += `${separator}"${name}":"${value}"`;
  }
  return (
    `"SdkHttpMetadata":{"AllHttpHeaders":{${lists}},"HttpHeaders":{${values}},"HttpStatusCode":${status}},` +
    `"SdkResponseMetadata":{"RequestId":"${requestId}"},"StatusCode":${status}`
  );
}

function traceId(requestId: string): string {
  const hex = requestId.replaceAll('-', '');
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `root=1-${seconds}-${hex.slice(0, 24)};parent=${hex.slice(16)};sampled=0`;
}

/** Lambda's own lines about the call, Base64; what the function printed went to the node's output. */
function logResult({ requestId, target }: FunctionCall, runMs: number): string {
  const report = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${runMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(runMs)} ms`,
    `Memory Size: ${FUNCTION_MEMORY_MB} MB`,
  ];
  const lines = [
    `START RequestId: ${requestId} Version: ${target.version}`,
    `END RequestId: ${requestId}`,
    report.join('\t'),
  ];
  return Buffer.from(`${lines.join('\n')}\n`).toString('base64');
}

import { utf8Length } from '../../core/json.ts';
import { FUNCTION_MEMORY_MB } from '../functions/function-context.ts';
import type { FunctionCall } from '../functions/function-host.ts';

/**
 * The output of `lambda:invoke` for a function's answer (JSON text), with the members and headers AWS shows.
 * `runMs`: how long the function ran, where LogType Tail asks for Lambda's report of it.
 *
 * Written out as text, each header twice, because every invocation pays for it. Nothing needs escaping: a version
 * holds word characters, `-` and `$` only.
 */
export function responseOutput(call: FunctionCall, payload: string, runMs: number | undefined): string {
  const { requestId } = call;
  const { version } = call.target;
  const { date, trace } = stamps(requestId);
  const length = utf8Length(payload);
  const log = runMs === undefined ? undefined : logResult(call, runMs);
  const logMember = log === undefined ? '' : `"LogResult":"${log}",`;
  const logList = log === undefined ? '' : `"X-Amz-Log-Result":["${log}"],`;
  const logHeader = log === undefined ? '' : `"X-Amz-Log-Result":"${log}",`;
  return (
    `{"ExecutedVersion":"${version}",${logMember}"Payload":${payload},"SdkHttpMetadata":{` +
    `"AllHttpHeaders":{${logList}"X-Amz-Executed-Version":["${version}"],"x-amzn-Remapped-Content-Length":["0"],` +
    `"Connection":["keep-alive"],"x-amzn-RequestId":["${requestId}"],"Content-Length":["${length}"],"Date":["${date}"],` +
    `"X-Amzn-Trace-Id":["${trace}"],"Content-Type":["application/json"]},` +
    `"HttpHeaders":{"Connection":"keep-alive","Content-Length":"${length}","Content-Type":"application/json",` +
    `"Date":"${date}","X-Amz-Executed-Version":"${version}",${logHeader}"x-amzn-Remapped-Content-Length":"0",` +
    `"x-amzn-RequestId":"${requestId}","X-Amzn-Trace-Id":"${trace}"},"HttpStatusCode":200},` +
    `"SdkResponseMetadata":{"RequestId":"${requestId}"},"StatusCode":200}`
  );
}

/** The output where the function's answer is not waited for: 202 (Event) or 204 (DryRun). */
export function asideOutput({ requestId }: FunctionCall, status: 202 | 204): string {
  const { date, trace } = stamps(requestId);
  return (
    `{"Payload":"","SdkHttpMetadata":{"AllHttpHeaders":{"x-amzn-Remapped-Content-Length":["0"],` +
    `"Connection":["keep-alive"],"x-amzn-RequestId":["${requestId}"],"Content-Length":["0"],"Date":["${date}"],` +
    `"X-Amzn-Trace-Id":["${trace}"]},"HttpHeaders":{"Connection":"keep-alive","Content-Length":"0","Date":"${date}",` +
    `"x-amzn-Remapped-Content-Length":"0","x-amzn-RequestId":"${requestId}","X-Amzn-Trace-Id":"${trace}"},` +
    `"HttpStatusCode":${status}},"SdkResponseMetadata":{"RequestId":"${requestId}"},"StatusCode":${status}}`
  );
}

let second = 0;
let date = '';
let hexSecond = '';

/** Date header and trace id; what only changes with the second is kept. */
function stamps(requestId: string): { date: string; trace: string } {
  const nowMs = Date.now();
  if (nowMs >= second * 1_000 + 1_000 || nowMs < second * 1_000) {
    second = Math.floor(nowMs / 1_000);
    date = new Date(nowMs).toUTCString();
    hexSecond = second.toString(16);
  }
  const root = `${requestId.slice(0, 8)}${requestId.slice(9, 13)}${requestId.slice(24)}`;
  const parent = `${requestId.slice(15, 18)}${requestId.slice(20, 23)}${requestId.slice(26)}`;
  return { date, trace: `root=1-${hexSecond}-${root};parent=${parent};sampled=0` };
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

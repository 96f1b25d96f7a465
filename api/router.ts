import type { Engine } from '../runtime/engine.ts';
import type { Backups } from '../runtime/ports/backups.ts';
import { Overloaded } from '../runtime/ports/overloaded.ts';
import { StoreFull, StoreUnavailable } from '../runtime/ports/store.ts';
import type { ActionContext } from './actions/action.ts';
import { ACTIONS } from './actions/registry.ts';
import { askOwner } from './ask-owner.ts';
import { type Answer, decodeRequest, encodeAnswer, encodeError } from './aws-json.ts';
import type { Forwarding } from './forwarding.ts';
import {
  InternalFailure,
  ServiceError,
  ServiceUnavailable,
  ThrottlingException,
  UnknownOperationException,
} from './service-error.ts';

/** Where the API says what an operator should know. */
export type ApiLog = (level: 'info' | 'warn' | 'error', text: string) => void;

export interface RouterParts {
  /** Undefined: the store makes no copies. */
  readonly backups?: Backups | undefined;
  readonly engine: Engine;
  /** 12 digits, in the ARNs of what is created. */
  readonly account: string;
  /** By which the nodes of a deployment know each other; undefined: this one shares its store with nobody. */
  readonly nodeSecret?: string | undefined;
  readonly log: ApiLog;
}

/** A request's headers that matter, and its body. */
export interface ApiRequest extends Forwarding {
  /** `X-Amz-Target`. */
  readonly target: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: string;
  /** After how many seconds asking again may help. */
  readonly retryAfterSeconds?: number | undefined;
}

/** A partition that takes nothing new is through with what it has to do after about so long: see BACKLOG_MAX. */
const BACKLOG_SECONDS = 1;
const NO_ROOM = 'The store has no room for anything new: what is under way goes on, ask again later';

/** The region of requests that are not signed. */
const REGION_DEFAULT = 'us-east-1';
const TARGET_PREFIX = 'AWSStepFunctions.';

/** Finds a request's action and lets it answer, at the owner of what it concerns. Never rejects: what goes wrong is an answer too. */
export async function route(request: ApiRequest, parts: RouterParts): Promise<ApiResponse> {
  try {
    return await askOwner(request, parts, async (asked, chooseName) => ({
      status: 200,
      body: encodeAnswer(await perform(asked, parts, chooseName)),
    }));
  } catch (error) {
    return errorResponse(error, request.target, parts.log);
  }
}

function perform(
  { target, authorization, body, chosenName }: ApiRequest,
  { engine, account }: RouterParts,
  chooseName: ActionContext['chooseName'],
): Answer | Promise<Answer> {
  const name = target?.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
  const action = ACTIONS.get(name);
  if (action === undefined) throw new UnknownOperationException(unknownOperation(target));
  const region = signedRegion(authorization) ?? REGION_DEFAULT;
  return action(decodeRequest(body), { engine, account, region, chosenName, chooseName });
}

export function errorResponse(error: unknown, target: string | undefined, log: ApiLog): ApiResponse {
  if (error instanceof StoreUnavailable) return errorResponse(new ServiceUnavailable(error.message), target, log);
  if (error instanceof StoreFull) return errorResponse(new ThrottlingException(NO_ROOM), target, log);
  if (error instanceof Overloaded) {
    const throttled = errorResponse(new ThrottlingException(error.message), target, log);
    return { ...throttled, retryAfterSeconds: BACKLOG_SECONDS };
  }
  if (error instanceof ServiceError) return { status: error.httpStatus, body: encodeError(error) };
  log(
    'error',
    `${target ?? 'request'} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  const failure = new InternalFailure();
  return { status: failure.httpStatus, body: encodeError(failure) };
}

function unknownOperation(target: string | undefined): string {
  if (target === undefined) return 'The request has no X-Amz-Target header';
  return `${target} is no action of this server: its docs/api.md lists those it has`;
}

const REGION = /^[a-z][a-z0-9-]*$/;

/** `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …` → REGION. The signature is not checked. */
function signedRegion(authorization: string | undefined): string | undefined {
  const start = authorization?.indexOf('Credential=') ?? -1;
  if (authorization === undefined || start < 0) return undefined;
  const date = authorization.indexOf('/', start);
  const region = authorization.indexOf('/', date + 1);
  const service = authorization.indexOf('/', region + 1);
  if (date < 0 || region < 0 || service < 0) return undefined;
  const name = authorization.slice(region + 1, service);
  return REGION.test(name) ? name : undefined;
}

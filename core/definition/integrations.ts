import type { IntegrationPattern } from './resource.ts';

/** How an action may be called, and which of its parameters a definition must give. */
export interface Integration {
  readonly patterns: readonly IntegrationPattern[];
  readonly required: readonly string[];
}

const REQUEST: readonly IntegrationPattern[] = ['request-response'];
const SYNC: readonly IntegrationPattern[] = ['request-response', 'sync'];
const TOKEN: readonly IntegrationPattern[] = ['request-response', 'wait-for-task-token'];
const ALL: readonly IntegrationPattern[] = ['request-response', 'sync', 'wait-for-task-token'];

function actions(patterns: readonly IntegrationPattern[], ...names: string[]): { [name: string]: Integration } {
  return Object.fromEntries(names.map((name) => [name, { patterns, required: [] }]));
}

function action(
  patterns: readonly IntegrationPattern[],
  name: string,
  ...required: string[]
): { [name: string]: Integration } {
  return { [name]: { patterns, required } };
}

/** The optimised integrations by service and action. Source: "Integrating optimized services with Step Functions". */
const INTEGRATIONS: { readonly [service: string]: { readonly [action: string]: Integration } } = {
  apigateway: action(TOKEN, 'invoke', 'ApiEndpoint', 'Method'),
  athena: {
    ...actions(SYNC, 'startQueryExecution'),
    ...actions(REQUEST, 'stopQueryExecution', 'getQueryExecution', 'getQueryResults'),
  },
  batch: action(SYNC, 'submitJob', 'JobName', 'JobDefinition', 'JobQueue'),
  bedrock: { ...actions(ALL, 'invokeModel'), ...actions(SYNC, 'createModelCustomizationJob') },
  bedrockagentcore: actions(REQUEST, 'invokeAgentRuntime', 'invokeHarness'),
  codebuild: {
    ...actions(SYNC, 'startBuild', 'startBuildBatch', 'retryBuildBatch'),
    ...actions(REQUEST, 'stopBuild', 'batchDeleteBuilds', 'batchGetReports', 'stopBuildBatch', 'deleteBuildBatch'),
  },
  databrew: actions(SYNC, 'startJobRun'),
  dynamodb: {
    ...action(REQUEST, 'getItem', 'TableName', 'Key'),
    ...action(REQUEST, 'putItem', 'TableName', 'Item'),
    ...action(REQUEST, 'deleteItem', 'TableName', 'Key'),
    ...action(REQUEST, 'updateItem', 'TableName', 'Key'),
  },
  ecs: action(ALL, 'runTask', 'TaskDefinition'),
  eks: {
    ...actions(SYNC, 'createCluster', 'deleteCluster', 'createFargateProfile', 'deleteFargateProfile'),
    ...actions(SYNC, 'createNodegroup', 'deleteNodegroup'),
    ...actions(ALL, 'runJob', 'call'),
  },
  elasticmapreduce: {
    ...actions(SYNC, 'createCluster', 'terminateCluster', 'addStep'),
    ...actions(REQUEST, 'cancelStep', 'setClusterTerminationProtection'),
    ...actions(REQUEST, 'modifyInstanceFleetByName', 'modifyInstanceGroupByName'),
  },
  'emr-containers': {
    ...actions(REQUEST, 'createVirtualCluster'),
    ...actions(SYNC, 'deleteVirtualCluster', 'startJobRun'),
  },
  'emr-serverless': {
    ...actions(SYNC, 'createApplication', 'startApplication', 'stopApplication', 'deleteApplication', 'startJobRun'),
    ...actions(SYNC, 'cancelJobRun'),
  },
  events: action(TOKEN, 'putEvents', 'Entries'),
  glue: action(SYNC, 'startJobRun', 'JobName'),
  http: action(REQUEST, 'invoke', 'ApiEndpoint', 'Method'),
  lambda: action(TOKEN, 'invoke', 'FunctionName'),
  mediaconvert: actions(SYNC, 'createJob'),
  sagemaker: {
    ...actions(SYNC, 'createHyperParameterTuningJob', 'createLabelingJob', 'createProcessingJob'),
    ...actions(SYNC, 'createTrainingJob', 'createTransformJob'),
    ...actions(REQUEST, 'createEndpoint', 'createEndpointConfig', 'createModel', 'updateEndpoint'),
  },
  sns: action(TOKEN, 'publish', 'Message'),
  sqs: action(TOKEN, 'sendMessage', 'QueueUrl', 'MessageBody'),
  states: action(ALL, 'startExecution', 'StateMachineArn'),
};

const SDK_SERVICE = /^aws-sdk:[a-z][a-z0-9]*$/;
const SDK_ACTION = /^[a-z][A-Za-z0-9]*$/;

/** What is known of a service's action; undefined where AWS has no such integration. */
export function integrationOf(service: string, name: string): Integration | undefined {
  if (SDK_SERVICE.test(service)) return SDK_ACTION.test(name) ? { patterns: TOKEN, required: [] } : undefined;
  const known = Object.hasOwn(INTEGRATIONS, service) ? INTEGRATIONS[service] : undefined;
  return known !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
}

import { isArray, isObject, type Json, type JsonObject } from '../json.ts';
import { STATE_NAME_LENGTH_MAX } from '../limits.ts';
import type { QueryLanguage, StateType } from './ast.ts';
import { anyObject, anything, checkShape, type Findings, objectOf, type Scope, type Shape, text } from './check.ts';
import { STATE_SHAPES } from './state-shapes.ts';
import { checkGraph } from './validate-graph.ts';
import { checkMapMode, itemProcessorOf, PROCESSOR_CONFIG } from './validate-map.ts';
import { checkResourceUse } from './validate-resource.ts';

/** What all states of a machine share. */
export interface Machine {
  readonly findings: Findings;
  /** The query language of states that do not say theirs. */
  readonly language: QueryLanguage;
  /** Names of states met so far: unique across branches and item processors. */
  readonly stateNames: Set<string>;
  readonly labels: Set<string>;
}

const BLOCK: Shape['fields'] = { Comment: anything, StartAt: text, States: anyObject };

const BRANCH: Shape = { fields: BLOCK, required: ['States', 'StartAt'] };

const ITEM_PROCESSOR: Shape = {
  fields: { ...BLOCK, ProcessorConfig: objectOf(PROCESSOR_CONFIG) },
  required: ['States', 'StartAt'],
};

/** Checks the states of a machine, branch or item processor, and how they hang together. */
export function checkStatesBlock(
  value: Json,
  location: string,
  express: boolean,
  machine: Machine,
  shape: Shape,
): void {
  const { findings } = machine;
  const before = findings.diagnostics.length;
  if (!checkShape(value, location, { findings, express, language: machine.language }, shape)) return;
  const states = value.States;
  if (isObject(states)) {
    for (const [name, state] of Object.entries(states)) {
      const at = `${location}/States/${name}`;
      checkName(name, at, machine);
      checkState(state, at, express, machine);
    }
  }
  const wellFormed = findings.diagnostics.slice(before).every(({ severity }) => severity === 'WARNING');
  checkGraph(value, location, findings, wellFormed);
}

function checkName(name: string, location: string, { findings, stateNames }: Machine): void {
  if (stateNames.has(name)) findings.error(`Duplicate State name: ${name}`, location, 'DUPLICATE_STATE_NAME');
  stateNames.add(name);
  if (name === '') {
    findings.error("Invalid State name: State '' has no name", location, 'INVALID_STATE_NAME');
  } else if ([...name].length > STATE_NAME_LENGTH_MAX) {
    const limit = `exceeds the ${STATE_NAME_LENGTH_MAX}-character limit allowed by the service`;
    findings.error(`Invalid State name: State '${name}' ${limit}`, location, 'INVALID_STATE_NAME');
  }
}

function checkState(value: Json, location: string, express: boolean, machine: Machine): void {
  const { findings } = machine;
  if (!isObject(value)) {
    findings.error('Expected value of type Object', location);
    return;
  }
  const type = value.Type;
  if (!isStateType(type)) {
    if (type === undefined) findings.error('These fields are required: [Type]', location);
    else
      findings.error(
        `Value should be one of the following: [${Object.keys(STATE_SHAPES).join(', ')}]`,
        `${location}/Type`,
      );
    return;
  }
  const scope: Scope = { findings, express, language: languageOf(value, location, machine) };
  checkShape(value, location, scope, STATE_SHAPES[type]);
  if (Object.hasOwn(STATE_SHAPES[type].fields, 'End')) checkTransition(value, location, findings);
  if (type === 'Task') checkTask(value, location, scope);
  if (type === 'Parallel') checkBranches(value, location, express, machine);
  if (type === 'Map') checkMap(value, location, scope, machine);
}

function isStateType(type: Json | undefined): type is StateType {
  return typeof type === 'string' && Object.hasOwn(STATE_SHAPES, type);
}

function languageOf(state: JsonObject, location: string, { findings, language }: Machine): QueryLanguage {
  const own = state.QueryLanguage;
  if (own === 'JSONPath' && language === 'JSONata') {
    const reason = "can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    findings.error(`'QueryLanguage' ${reason}`, location);
  }
  return own === 'JSONPath' || own === 'JSONata' ? own : language;
}

function checkTransition(state: JsonObject, location: string, findings: Findings): void {
  const ends = state.End === true;
  if (Object.hasOwn(state, 'Next') && ends) {
    findings.error('There should only be one of the following fields: [Next, End]', location);
  } else if (!Object.hasOwn(state, 'Next') && (!Object.hasOwn(state, 'End') || state.End === false)) {
    findings.error('This object should have only one of the following fields: [Next, End]', location);
  }
}

function checkTask(task: JsonObject, location: string, scope: Scope): void {
  checkResourceUse(task, location, scope);
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = task;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    scope.findings.error('HeartbeatSeconds must be smaller than TimeoutSeconds', `${location}/HeartbeatSeconds`);
  }
}

function checkBranches(parallel: JsonObject, location: string, express: boolean, machine: Machine): void {
  const branches = parallel.Branches;
  if (!isArray(branches)) return;
  for (const [i, branch] of branches.entries()) {
    if (isObject(branch)) checkStatesBlock(branch, `${location}/Branches[${i}]`, express, machine, BRANCH);
  }
}

function checkMap(map: JsonObject, location: string, scope: Scope, machine: Machine): void {
  const children = checkMapMode(map, location, scope);
  checkLabel(map.Label, `${location}/Label`, machine);
  const found = itemProcessorOf(map);
  if (!isObject(found?.processor)) return;
  const express = children === undefined ? scope.express : children === 'EXPRESS';
  checkStatesBlock(found.processor, `${location}/${found.field}`, express, machine, ITEM_PROCESSOR);
}

function checkLabel(label: Json | undefined, location: string, { findings, labels }: Machine): void {
  if (typeof label !== 'string') return;
  if (labels.has(label)) findings.error(`Duplicate Label name: ${label}`, location, 'DUPLICATE_LABEL_NAME');
  labels.add(label);
}

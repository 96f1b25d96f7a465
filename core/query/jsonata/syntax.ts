import jsonata from 'jsonata';

/**
 * The syntax tree as jsonata 2.2's parser leaves it: paths flattened into steps, predicates attached to the step they
 * filter (`predicate` on the first step of a path or outside one, `stages` on the others).
 */
export type Node =
  | LiteralNode
  | PathNode
  | NameNode
  | BinaryNode
  | NegateNode
  | ArrayNode
  | ObjectNode
  | ConditionNode
  | BlockNode
  | BindNode
  | RegexNode
  | VariableNode
  | StatesNode
  | CallNode
  | PartialNode
  | LambdaNode
  | ApplyNode
  | TransformNode
  | ParentNode
  | WildcardNode
  | SortNode;

interface NodeCommon {
  readonly position?: number;
  readonly predicate?: readonly Stage[];
  readonly stages?: readonly Stage[];
  readonly group?: Group;
  readonly keepArray?: boolean;
  /** The step makes or carries tuples, because `@`, `#` or `%` needs them. */
  readonly tuple?: boolean;
  /** Variable of `@$x`. */
  readonly focus?: string;
  /** Variable of `#$i`. */
  readonly index?: string;
  /** Under which name a later `%` finds this step's input. */
  readonly ancestor?: Slot;
}

export type Stage =
  | { readonly type: 'filter'; readonly expr: Node }
  | { readonly type: 'index'; readonly value: string };

export interface Group {
  readonly lhs: readonly (readonly [Node, Node])[];
}

interface Slot {
  readonly label: string;
}

interface LiteralNode extends NodeCommon {
  readonly type: 'string' | 'number' | 'value';
  readonly value: string | number | boolean | null;
}
export interface PathNode extends NodeCommon {
  readonly type: 'path';
  readonly steps: readonly [Node, ...Node[]];
  readonly keepSingletonArray?: boolean;
}
interface NameNode extends NodeCommon {
  readonly type: 'name';
  readonly value: string;
}
export interface BinaryNode extends NodeCommon {
  readonly type: 'binary';
  readonly value: BinaryOperator;
  readonly lhs: Node;
  readonly rhs: Node;
}
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type ComparisonOperator = '<' | '<=' | '>' | '>=';
type BinaryOperator = ArithmeticOperator | ComparisonOperator | '=' | '!=' | '&' | '..' | 'in' | 'and' | 'or';
export interface NegateNode extends NodeCommon {
  readonly type: 'unary';
  readonly value: '-';
  readonly expression: Node;
}
export interface ArrayNode extends NodeCommon {
  readonly type: 'unary';
  readonly value: '[';
  readonly expressions: readonly Node[];
  /** First or last step of a path: its array is not flattened. */
  readonly consarray?: boolean;
}
export interface ObjectNode extends NodeCommon, Group {
  readonly type: 'unary';
  readonly value: '{';
}
export interface ConditionNode extends NodeCommon {
  readonly type: 'condition';
  readonly condition: Node;
  readonly then: Node;
  readonly else?: Node;
}
export interface BlockNode extends NodeCommon {
  readonly type: 'block';
  readonly expressions: readonly Node[];
  /** It has an array constructor in it. */
  readonly consarray?: boolean;
}
export interface BindNode extends NodeCommon {
  readonly type: 'bind';
  readonly lhs: VariableNode;
  readonly rhs: Node;
}
interface RegexNode extends NodeCommon {
  readonly type: 'regex';
  readonly value: RegExp;
}
interface VariableNode extends NodeCommon {
  readonly type: 'variable';
  /** Without the `$`; empty for `$` itself, `$` for `$$`. */
  readonly value: string;
}
/** `$states.input` and the like: the compiler's, made of the first two steps of a path. */
export interface StatesNode extends NodeCommon {
  readonly type: 'states';
  readonly value: StatesField;
}
export type StatesField = 'input' | 'result' | 'errorOutput' | 'context';
export interface CallNode extends NodeCommon {
  readonly type: 'function';
  readonly procedure: Node;
  readonly arguments: readonly Node[];
}
export interface PartialNode extends NodeCommon {
  readonly type: 'partial';
  readonly procedure: Node;
  readonly arguments: readonly (Node | PlaceholderNode)[];
}
/** The `?` of a partial application. */
interface PlaceholderNode {
  readonly type: 'operator';
}
export interface LambdaNode extends NodeCommon {
  readonly type: 'lambda';
  readonly arguments: readonly VariableNode[];
  readonly signature?: { readonly definition: string };
  readonly body: Node;
  /** The parser's mark of a call in tail position: `body` is that call. */
  readonly thunk?: boolean;
}
export interface ApplyNode extends NodeCommon {
  readonly type: 'apply';
  readonly lhs: Node;
  readonly rhs: Node;
}
export interface TransformNode extends NodeCommon {
  readonly type: 'transform';
  readonly pattern: Node;
  readonly update: Node;
  readonly delete?: Node;
}
interface ParentNode extends NodeCommon {
  readonly type: 'parent';
  readonly slot: Slot;
}
interface WildcardNode extends NodeCommon {
  readonly type: 'wildcard' | 'descendant';
}
export interface SortNode extends NodeCommon {
  readonly type: 'sort';
  readonly terms: readonly { readonly descending: boolean; readonly expression: Node }[];
}

/** A text that is no JSONata expression. `position` counts UTF-16 units from its start. */
export class JsonataSyntaxError extends Error {
  override readonly name = 'JsonataSyntaxError';
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/** The parser copies the left side of each, so that their nesting costs twofold each level. Ours. */
const DEFAULT_OPERATORS_MAX = 24;
/** Deepest nesting of brackets that is read. Ours: keeps the parser and the closures within the stack. */
const BRACKET_DEPTH_MAX = 200;

/** @throws {JsonataSyntaxError} */
export function parseExpression(expression: string): Node {
  refuseExplosive(expression);
  try {
    // jsonata's own type of the tree has neither the node kinds nor the marks that its parser gives it.
    return jsonata(expression).ast() as unknown as Node;
  } catch (error) {
    throw asSyntaxError(error);
  }
}

function refuseExplosive(expression: string): void {
  const defaults = expression.match(/\?[?:]/g)?.length ?? 0;
  if (defaults > DEFAULT_OPERATORS_MAX) {
    throw new JsonataSyntaxError(`More than ${DEFAULT_OPERATORS_MAX} of the operators ?: and ??`, 0);
  }
  let depth = 0;
  for (let i = 0; i < expression.length; i++) {
    const unit = expression.charAt(i);
    if (unit === '(' || unit === '[' || unit === '{') depth++;
    else if (unit === ')' || unit === ']' || unit === '}') depth--;
    if (depth > BRACKET_DEPTH_MAX) {
      throw new JsonataSyntaxError(`Expression nested deeper than ${BRACKET_DEPTH_MAX} brackets`, i);
    }
  }
}

function asSyntaxError(error: unknown): JsonataSyntaxError {
  if (error instanceof RangeError) return new JsonataSyntaxError('Expression nested too deeply', 0);
  if (typeof error !== 'object' || error === null) return new JsonataSyntaxError(String(error), 0);
  const message = 'message' in error ? String(error.message) : 'Syntax error';
  const position = 'position' in error && typeof error.position === 'number' ? error.position : 0;
  return new JsonataSyntaxError(message, position);
}

// query: what a query string means, as a tree; the engine turns it into conditions, the API's front only looks at it.

/** A place in the query text: characters from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Leaf {
  /** The field the text names; undefined means the request's default fields. `*` means every field. */
  readonly field: string | undefined;
  readonly fieldSpan: Span | undefined;
  readonly span: Span;
  readonly boost: number;
}

/** One word, or a run of words with nothing between them: Lucene hands such a run to the analyser as one text. */
export interface TermNode extends Leaf {
  readonly kind: 'term';
  readonly text: string;
  readonly isRun: boolean;
}

export interface PhraseNode extends Leaf {
  readonly kind: 'phrase';
  readonly text: string;
  readonly slop: number | undefined;
}

/** Words ending in one `*`, or with `*` and `?` anywhere; `pattern` keeps its backslashes. */
export interface WildcardNode extends Leaf {
  readonly kind: 'prefix' | 'wildcard';
  readonly pattern: string;
}

export interface RegexpNode extends Leaf {
  readonly kind: 'regexp';
  readonly pattern: string;
}

export interface FuzzyNode extends Leaf {
  readonly kind: 'fuzzy';
  readonly text: string;
  /** Edits allowed; undefined: by the term's length, as AUTO does. */
  readonly edits: number | undefined;
}

/** A range; a missing bound is open on that side. */
export interface RangeNode extends Leaf {
  readonly kind: 'range';
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly includeFrom: boolean;
  readonly includeTo: boolean;
}

export interface ExistsNode extends Leaf {
  readonly kind: 'exists';
  readonly name: string;
}

/** `*:*`, or `*` where every document has every field. */
export interface AllNode extends Leaf {
  readonly kind: 'all';
}

export type Occur = 'must' | 'should' | 'must-not';

export interface Clause {
  readonly occur: Occur;
  readonly node: QueryNode;
}

/** Lucene's boolean query: no precedence, each clause has its own occurrence. */
export interface BooleanNode {
  readonly kind: 'boolean';
  readonly clauses: readonly Clause[];
  readonly boost: number;
  readonly span: Span;
}

export type LeafNode = TermNode | PhraseNode | WildcardNode | RegexpNode | FuzzyNode | RangeNode | ExistsNode | AllNode;

export type QueryNode = LeafNode | BooleanNode;

/** Every leaf of a tree, left to right. */
export function* leavesOf(node: QueryNode): Generator<LeafNode> {
  if (node.kind !== 'boolean') {
    yield node;
    return;
  }
  for (const clause of node.clauses) yield* leavesOf(clause.node);
}

// differential: a dialogue of REST requests that both engines are asked in order, each time from nothing.

export interface RestStep {
  /** Method and path, such as `PUT /rest-a/_doc/1?refresh=true`; `$name` stands for what an earlier step kept. */
  readonly request: string;
  /** JSON; a list for the lines of _bulk and _msearch; a text as it stands. */
  readonly body?: unknown;
  /** Members of the answer to keep, by the name that later steps use. */
  readonly keep?: Readonly<Record<string, string>>;
}

export interface RestCase {
  /** Unique; says what is asked. */
  readonly title: string;
  readonly steps: readonly RestStep[];
  /** Of what only we refuse: what the last answer must name. */
  readonly names?: string;
}

/** Every index, alias and template of these cases begins with it. */
export const REST_PREFIX = 'rest-';

export function step(request: string, body?: unknown, keep?: RestStep['keep']): RestStep {
  return { request, ...(body === undefined ? {} : { body }), ...(keep === undefined ? {} : { keep }) };
}

export function dialogue(title: string, ...steps: readonly RestStep[]): RestCase {
  return { title, steps };
}

/** A request that OpenSearch answers and we refuse. */
export function refusal(title: string, names: string, ...steps: readonly RestStep[]): RestCase {
  return { title, steps, names };
}

export const KEYWORD = { properties: { word: { type: 'keyword' } } };
export const made = (name: string, body?: unknown): RestStep => step(`PUT /${name}`, body);
export const alias = (...actions: readonly unknown[]): RestStep => step('POST /_aliases', { actions });
export const template = (name: string, pattern: string, more: Readonly<Record<string, unknown>> = {}): RestStep =>
  step(`PUT /_index_template/${name}`, { index_patterns: [pattern], ...more });

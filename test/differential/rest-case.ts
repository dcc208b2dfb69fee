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

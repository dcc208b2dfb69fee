// web: calls to the API with the tab's key; a failure is a Problem that says what the server said.

const STORED = 'smart-ids-key';

/** The key comes with the page's address (`#key=…`); it moves to the tab's storage and out of the address bar. */
export function takeKeyFromAddress() {
  const [, key] = /^#(?:.*&)?key=([^&]+)/.exec(location.hash) ?? [];
  if (key === undefined) return;
  sessionStorage.setItem(STORED, decoded(key));
  history.replaceState(null, '', location.pathname + location.search);
}

/** Unlike a form's, a plus sign is one here; what is no escape stays as it is. @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function hasKey() {
  return sessionStorage.getItem(STORED) !== null;
}

/** @param {string | null} key */
export function setKey(key) {
  if (key === null) sessionStorage.removeItem(STORED);
  else sessionStorage.setItem(STORED, key.trim());
}

export class Problem extends Error {
  /**
   * @param {number} status 0: no answer at all
   * @param {string} detail
   * @param {number | undefined} position place in the query at fault
   */
  constructor(status, detail, position) {
    super(detail);
    this.status = status;
    this.position = position;
  }
}

/** @type {() => void} */
let onUnauthorized = () => {};

/** @param {() => void} listener called when the key is missing or wrong */
export function whenUnauthorized(listener) {
  onUnauthorized = listener;
}

/**
 * @param {string} path
 * @param {{method?: string, body?: unknown, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export async function call(path, options) {
  const reply = await fetchReply(path, options);
  return reply.status === 204 ? undefined : reply.json();
}

/**
 * A reply that is no failure, whatever its body.
 * @param {string} path
 * @param {{method?: string, body?: unknown, signal?: AbortSignal}} [options]
 * @returns {Promise<Response>}
 */
export async function fetchReply(path, { method = 'GET', body, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${sessionStorage.getItem(STORED) ?? ''}` };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let reply;
  try {
    reply = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Problem(0, 'The server does not answer.', undefined);
  }
  if (reply.ok) return reply;
  const problem = await reply.json().catch(() => ({}));
  if (reply.status === 401) onUnauthorized();
  throw new Problem(reply.status, String(problem.detail ?? `The server answered ${reply.status}.`), problem.position);
}

// web: what the pages beside the first one share: the key from the address, and a place for what went wrong.

import { hasKey, Problem, takeKeyFromAddress, whenUnauthorized } from './api.js';
import { byId } from './element.js';

/** @returns {(error: unknown) => void} */
export function startPage() {
  takeKeyFromAddress();
  const notice = byId('notice');
  /** @param {unknown} error */
  const onProblem = (error) => {
    if (error instanceof Problem && error.status === 401) return;
    notice.textContent = error instanceof Error ? error.message : String(error);
    notice.hidden = false;
  };
  const needKey = () =>
    onProblem(new Error('This tab has no API key, or a wrong one: open the first page and give it one.'));
  whenUnauthorized(needKey);
  if (!hasKey()) needKey();
  return onProblem;
}

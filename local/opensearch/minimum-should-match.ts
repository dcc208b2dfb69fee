// local/opensearch: `minimum_should_match` in its forms: 2, -1, 75%, -25%.
import { unsupported } from './response-error.ts';

/** From the number of optional clauses to how many of them must match. */
export function readMinimumShouldMatch(value: unknown): (optional: number) => number {
  const found = /^(-?\d{1,4})(%?)$/.exec(String(value).trim());
  if (found === null) throw unsupported(`[minimum_should_match] [${String(value)}]`);
  const amount = Number(found[1]);
  const isPercent = found[2] === '%';
  return (optional) => {
    const part = isPercent ? Math.trunc((optional * Math.abs(amount)) / 100) * Math.sign(amount) : amount;
    return Math.max(0, Math.min(optional, part < 0 ? optional + part : part));
  };
}

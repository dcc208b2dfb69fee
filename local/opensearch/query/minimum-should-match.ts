// local/opensearch/query: `minimum_should_match` in its forms: 2, -1, 75%, -25%, and by number: 2<75% 9<-3.
import { parsingError } from '../request/response-error.ts';

/** From the number of optional clauses to how many of them must match: it may be more than there are, and then nothing does. */
export type MinimumShouldMatch = (optional: number) => number;

const FORM = /^(-?\d{1,9})(%?)$/;
const CONDITION = /^(\d{1,9})<(-?\d{1,9}%?)$/;

export function readMinimumShouldMatch(value: unknown): MinimumShouldMatch {
  const text = String(value)
    .trim()
    .replaceAll(/\s*<\s*/g, '<');
  if (!text.includes('<')) return readSimple(text, text);
  const conditions = text.split(/\s+/).map((part) => {
    const found = CONDITION.exec(part);
    if (found === null) throw malformed(text);
    return { above: Number(found[1]), minimum: readSimple(found[2] ?? '', text) };
  });
  return (optional) =>
    conditions
      .filter(({ above }) => optional > above)
      .at(-1)
      ?.minimum(optional) ?? optional;
}

function readSimple(text: string, whole: string): MinimumShouldMatch {
  const found = FORM.exec(text);
  if (found === null) throw malformed(whole);
  const amount = Number(found[1]);
  const isPercent = found[2] === '%';
  return (optional) => {
    const part = isPercent ? Math.trunc((optional * amount) / 100) : amount;
    return Math.max(0, part < 0 || (isPercent && amount < 0) ? optional + part : part);
  };
}

function malformed(text: string): Error {
  return parsingError(`[minimum_should_match] [${text}] is not a number, a percentage or a list such as [2<75%]`);
}

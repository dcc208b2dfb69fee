// model: a BERT vocabulary (vocab.txt): one token a line, its id the number of the line from 0.

import { PipelineError } from '../errors/pipeline-error.ts';

export interface Vocabulary {
  /** Id by token; pieces that go on within a word begin with `##`. */
  readonly ids: ReadonlyMap<string, number>;
  readonly size: number;
  /** Begin and end of a sequence, what fills a batch, and a word that cannot be made of pieces. */
  readonly cls: number;
  readonly sep: number;
  readonly pad: number;
  readonly unknown: number;
}

/**
 * Read vocab.txt; of a token that stands twice the last line counts, as in Hugging Face's tokenizers.
 * @throws PipelineError `model-mismatch` when a token that every BERT vocabulary has is missing.
 */
export function parseVocabulary(text: string): Vocabulary {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  const ids = new Map(lines.map((token, id) => [token, id]));
  const special = (token: string): number => {
    const id = ids.get(token);
    if (id !== undefined) return id;
    const message = `vocab.txt: ${token} is not among its ${lines.length} lines; it is no BERT vocabulary`;
    throw new PipelineError('model-mismatch', message, { permanent: false });
  };
  return {
    ids,
    size: lines.length,
    cls: special('[CLS]'),
    sep: special('[SEP]'),
    pad: special('[PAD]'),
    unknown: special('[UNK]'),
  };
}

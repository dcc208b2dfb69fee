// web: what the page says of a model server that is not at work.
import { describe, expect, it } from 'vitest';

// The pages are plain JavaScript that the compiler does not read.
const { modelServerNotice } = (await import(new URL('../../../web/health.js', import.meta.url).href)) as {
  readonly modelServerNotice: (health: unknown) => string | undefined;
};

describe('the notice about the model server', () => {
  it('is not there where models run in the process, where all is well, or where nobody answers', () => {
    expect(modelServerNotice({ status: 'up', parts: {} })).toBeUndefined();
    expect(modelServerNotice({ modelServer: { state: 'ok', message: 'fine' } })).toBeUndefined();
    expect(modelServerNotice(undefined)).toBeUndefined();
  });

  it('says what is wrong and what becomes of dumps', () => {
    const words = modelServerNotice({
      modelServer: { state: 'unreachable', message: 'The model server does not answer.' },
    });
    expect(words).toMatch(/^The model server does not answer\. .*scoring is tried again/);
  });

  it('says of a packet model that is missing only that: no dump waits for it', () => {
    const message = 'The model server has no model bert_packet:1. Flows are scored, packets are only counted.';
    expect(modelServerNotice({ modelServer: { state: 'packets-not-scored', message } })).toBe(message);
  });
});

// web: the packet model's word is shown as the hint that it is.
import { describe, expect, it } from 'vitest';

// The pages are plain JavaScript that the compiler does not read.
const { packetModelHint } = (await import(new URL('../../../web/search.js', import.meta.url).href)) as {
  readonly packetModelHint: (document: unknown) => { readonly text: string; readonly title: string } | undefined;
};

describe('the packet model on the page', () => {
  it('has its word beside the label, with its score and packets, and says that it is a hint', () => {
    const flow = { smartids: { label: 'Normal', packet_model: { label: 'DoS Hulk', score: 0.31, packets_scored: 3 } } };
    expect(packetModelHint(flow)).toEqual({
      text: 'packets: DoS Hulk',
      title: 'A hint of the packet model: 31 % over 3 packets, not calibrated.',
    });
  });

  it('has none where no packet was scored', () => {
    expect(packetModelHint({ smartids: { packet_model: { not_scored: ['not-tcp'] } } })).toBeUndefined();
    expect(packetModelHint({})).toBeUndefined();
  });
});

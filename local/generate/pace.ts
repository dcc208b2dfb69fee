// generate: how the gaps between the things a program does are spread around their mean.
import type { Random } from './random.ts';

/** Nanoseconds before the n-th thing. */
export type Pace = (number: number) => number;

/** A metronome with jitter, chance, bursts with rests between them, or a heavy tail. */
export function pickPace(random: Random, meanNs: number): Pace {
  const style = random.pick(['steady', 'steady', 'chance', 'bursts', 'heavy']);
  const jitter = random.pick([0.01, 0.1, 0.4]);
  const burst = random.integer(3, 40);
  switch (style) {
    case 'steady':
      return () => meanNs * (1 - jitter + 2 * jitter * random.uniform());
    case 'chance':
      return () => random.exponential(meanNs);
    case 'bursts':
      return (number) => (number % burst === 0 ? meanNs * burst * 0.9 : meanNs * 0.1) * (0.5 + random.uniform());
    case 'heavy':
      return () => Math.min(meanNs * 30, random.around(meanNs * 0.5, 1.2));
  }
}

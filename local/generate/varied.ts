// generate: a different small world for every seed: for training thin classes, and for tests that want surprises.
import type { AttackPlan } from './attack/plan.ts';
import { officeMix } from './benign/tracks.ts';
import { createRandom, type Random } from './random.ts';
import type { Scenario } from './scenario.ts';

/** Which attack to plant; `none` is a benign world. */
export type AttackKind = AttackPlan['kind'] | 'none';

export const ATTACK_KINDS: readonly AttackKind[] = [
  'none',
  'port-scan',
  'horizontal-scan',
  'ssh-guessing',
  'ftp-guessing',
  'http-login-guessing',
  'syn-flood',
  'slow-http',
  'http-flood',
];

/** Two to ten minutes with one attack of the kind, everything about it drawn from the seed. */
export function variedScenario(seed: number, kind: AttackKind): Scenario {
  const random = createRandom(seed).fork(`varied ${kind}`);
  return {
    seed,
    durationSeconds: random.integer(120, 600),
    benign: officeMix(Math.floor(random.around(150, 0.7))),
    attacks: kind === 'none' ? [] : [drawPlan(kind, random)],
    ipVersion: random.chance(0.12) ? 6 : 4,
    links: [{ link: 'ethernet', padded: random.chance(0.4) }],
  };
}

function drawPlan(kind: AttackPlan['kind'], random: Random): AttackPlan {
  switch (kind) {
    case 'port-scan':
      return {
        kind,
        technique: random.pick(['syn', 'syn', 'syn', 'connect', 'connect', 'fin', 'null', 'xmas', 'udp']),
      };
    case 'syn-flood':
      return { kind, sources: random.pick(['spoofed', 'single']) };
    case 'slow-http':
      return { kind, variant: random.pick(['headers', 'body']) };
    case 'http-flood':
      return { kind, variant: random.pick(['unique-urls', 'keep-alive']) };
    case 'horizontal-scan':
    case 'ssh-guessing':
    case 'ftp-guessing':
    case 'http-login-guessing':
      return { kind };
  }
}

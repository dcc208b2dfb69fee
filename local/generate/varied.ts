// generate: a different small world for every seed: for training thin classes, and for tests that want surprises.
import { type AttackPlan, BEHAVIOURS, type BehaviourKind } from './attack/plan.ts';
import { type BenignPlan, officeMix } from './benign/tracks.ts';
import { TWINS } from './benign/twins.ts';
import { createRandom, type Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { shuffle } from './shuffle.ts';

/** Which attack to plant; `none` is a benign world, `twins` one of honest programs that look like attacks. */
export type AttackKind = AttackPlan['kind'] | 'none' | 'twins';

export const ATTACK_KINDS: readonly AttackKind[] = [
  'none',
  'twins',
  'port-scan',
  'horizontal-scan',
  'ssh-guessing',
  'ftp-guessing',
  'http-login-guessing',
  'syn-flood',
  'slow-http',
  'http-flood',
  ...BEHAVIOURS,
];

/** Protocols that IPv6 does not have. */
const onlyIpv4: readonly AttackKind[] = ['arp-sweep', 'dhcp-flood'];

/**
 * One attack of the kind, everything about it drawn from the seed: in a busy world, in a quiet one, or alone; seconds long
 * or minutes; honest traffic too comes alone and short, so that neither a capture's length nor its company tells its label.
 */
export function variedScenario(seed: number, kind: AttackKind): Scenario {
  const random = createRandom(seed).fork(`varied ${kind}`);
  const world = drawWorld(kind, random);
  const durationSeconds = world === 'bare' ? random.integer(5, 150) : random.integer(60, 600);
  const startSeconds = world === 'bare' ? durationSeconds * 0.1 * random.uniform() : undefined;
  return {
    seed,
    durationSeconds,
    benign: drawBenign(kind, world, random),
    attacks: kind === 'none' || kind === 'twins' ? [] : [drawPlan(kind, startSeconds, random)],
    ...(random.chance(0.12) ? { benignSeconds: Math.ceil(durationSeconds * (0.1 + 0.7 * random.uniform())) } : {}),
    ...(random.chance(0.15) ? { missedPackets: random.integer(1, world === 'bare' ? 3 : 60) } : {}),
    ...(random.chance(0.25) ? { cutsAttacks: true } : {}),
    ipVersion: random.chance(0.12) && !onlyIpv4.includes(kind) ? 6 : 4,
    links: [{ link: 'ethernet', padded: random.chance(0.4) }],
  };
}

/** `bare`: nothing else; `quiet`: a handful of honest sessions; `busy`: an office. */
type World = 'bare' | 'quiet' | 'busy';

function drawWorld(kind: AttackKind, random: Random): World {
  if (kind === 'none') return random.pick(['quiet', 'busy', 'busy']);
  return random.pick(['bare', 'bare', 'quiet', 'busy', 'busy', 'busy']);
}

function drawBenign(kind: AttackKind, world: World, random: Random): BenignPlan {
  const twins =
    kind === 'twins' ? random.integer(1, 2) : world !== 'bare' && random.chance(0.5) ? random.integer(1, 3) : 0;
  const chosen = shuffle([...TWINS], random).slice(0, twins);
  if (world === 'bare') return { twins: chosen };
  if (world === 'busy') return { ...officeMix(Math.min(260, Math.floor(random.around(110, 0.6)))), twins: chosen };
  const few = (most: number): number => random.integer(0, most);
  return {
    dns: 1 + few(9),
    tls: few(5),
    http: few(4),
    ssh: few(1),
    ping: few(2),
    ntp: few(2),
    arp: few(3),
    idle: few(1),
    failed: few(2),
    twins: chosen,
  };
}

function isBehaviour(kind: AttackKind): kind is BehaviourKind {
  return (BEHAVIOURS as readonly string[]).includes(kind); // a wider list of the same words
}

function drawPlan(kind: AttackPlan['kind'], startSeconds: number | undefined, random: Random): AttackPlan {
  const timing = startSeconds === undefined ? {} : { startSeconds };
  if (isBehaviour(kind)) return { kind, ...timing };
  switch (kind) {
    case 'port-scan':
      return {
        ...{ kind, ...timing },
        technique: random.pick(['syn', 'syn', 'syn', 'connect', 'connect', 'fin', 'null', 'xmas', 'udp']),
      };
    case 'syn-flood':
      return {
        kind,
        ...timing,
        sources: random.pick(['spoofed', 'single']),
        packets: Math.floor(random.around(1800, 0.7)),
      };
    case 'slow-http':
      return {
        kind,
        ...timing,
        variant: random.pick(['headers', 'body']),
        connections: Math.floor(random.around(120, 0.6)),
      };
    case 'http-flood':
      return {
        kind,
        ...timing,
        variant: random.pick(['unique-urls', 'keep-alive']),
        requests: Math.floor(random.around(400, 0.7)),
      };
    case 'horizontal-scan':
    case 'ssh-guessing':
    case 'ftp-guessing':
    case 'http-login-guessing':
      return { kind, ...timing };
  }
}

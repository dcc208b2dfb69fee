// generate: the scenario of `smart-ids demo`: ten minutes of an office, and six attacks on it.
import { officeMix } from './benign/tracks.ts';
import type { Scenario } from './scenario.ts';

export function demoScenario(seed: number): Scenario {
  return {
    seed,
    durationSeconds: 600,
    benign: officeMix(220),
    attacks: [
      { kind: 'port-scan', technique: 'syn', ports: 600, startSeconds: 45 },
      { kind: 'ssh-guessing', attempts: 120, startSeconds: 110 },
      { kind: 'syn-flood', sources: 'spoofed', packets: 4000, packetsPerSecond: 800, answered: 128, startSeconds: 250 },
      { kind: 'slow-http', variant: 'headers', connections: 150, seconds: 120, startSeconds: 300 },
      { kind: 'ftp-guessing', attempts: 150, startSeconds: 380 },
      { kind: 'http-login-guessing', attempts: 200, startSeconds: 470 },
    ],
  };
}

// generate: the names and passwords that guessing tools try first.
import type { Random } from '../random.ts';

const users = [
  'admin',
  'root',
  'test',
  'user',
  'ftp',
  'oracle',
  'postgres',
  'ubuntu',
  'guest',
  'www',
  'backup',
  'support',
] as const;
const words = [
  'password',
  '123456',
  'qwerty',
  'letmein',
  'welcome',
  'dragon',
  'monkey',
  'football',
  'secret',
  'admin',
  'master',
] as const;

export function pickUser(random: Random): string {
  return random.pick(users);
}

export function pickPassword(random: Random): string {
  const word = random.pick(words);
  return random.chance(0.5) ? word : `${word}${random.integer(0, 9999)}${random.pick(['', '!', '#'])}`;
}

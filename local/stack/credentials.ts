// stack: the secrets of one data folder: made at its first start, kept for its owner's eyes only, never logged.

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';

const keyPairSchema = z.strictObject({ accessKeyId: z.string().min(16), secretAccessKey: z.string().min(32) });
const credentialsSchema = z.strictObject({
  version: z.literal(1),
  apiKey: z.string().min(16),
  s3: keyPairSchema,
  sqs: keyPairSchema,
});
export type StackCredentials = z.infer<typeof credentialsSchema>;

const OWNER_ONLY = 0o600;

/** Read `<dataDir>/credentials.json`, or write it with fresh random secrets. */
export function loadCredentials(dataDir: string): StackCredentials {
  // Payload text of captures lies below: for the owner's eyes only.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'credentials.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // only fs throws here
    const fresh = mintCredentials();
    writeFileSync(file, `${JSON.stringify(fresh, null, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
    return fresh;
  }
  const parsed = credentialsSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const why = z.prettifyError(parsed.error);
  throw new PipelineError(
    'invalid-configuration',
    `${file} is no credentials file (${why}); remove it to mint new ones`,
    {
      permanent: true,
    },
  );
}

export function mintCredentials(): StackCredentials {
  return { version: 1, apiKey: randomBytes(24).toString('base64url'), s3: mintKeyPair(), sqs: mintKeyPair() };
}

function mintKeyPair() {
  const accessKeyId = `SI${randomBytes(9).toString('hex').toUpperCase()}`;
  return { accessKeyId, secretAccessKey: randomBytes(30).toString('base64url') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

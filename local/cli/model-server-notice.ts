// cli: a model server that is not at work, told before a person waits for it.

import { z } from 'zod';

const healthSchema = z.looseObject({
  modelServer: z.looseObject({ state: z.string(), message: z.string() }).optional(),
});

/** One line on standard error where the server's health has something to say of it; nothing where models run in process. */
export async function noticeModelServer(apiUrl: string): Promise<void> {
  const reply = await fetch(new URL('/health/ready', apiUrl));
  const { modelServer } = healthSchema.parse(await reply.json());
  if (modelServer === undefined || modelServer.state === 'ok') return;
  process.stderr.write(
    `smart-ids: ${modelServer.message} Dumps wait for what they need of it, and go on by themselves.\n`,
  );
}

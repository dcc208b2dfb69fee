// cli: a reply that is no success, in the words of the API.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createApiClient } from '../../../local/cli/api-client.ts';

let close = (): void => undefined;
afterEach(() => close());

async function clientOf(status: number, body: string) {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  const { port } = server.address() as AddressInfo; // it listens on a port
  return createApiClient({ url: `http://127.0.0.1:${port}`, apiKey: 'key' });
}

it.each([
  ['{"title":"Bad request","detail":"size: not a number","status":400}', 'Bad request: size: not a number'],
  ['<html>nginx</html>', '<html>nginx</html>'],
])('says what the reply %s says', async (body, words) => {
  const client = await clientOf(400, body);
  await expect(client.dump('1')).rejects.toMatchObject({
    code: 'invalid-request',
    message: `GET /api/dumps/1: 400: ${words}`,
  });
});

// real: the model server's contract against MLServer, through the client that asks Triton.
import { createTritonModelServer } from '../../lib/triton/triton-model-server.ts';
import { describeModelServer } from '../contract/model-server-suite.ts';
import { startMlserver } from './mlserver.ts';

// Not `broken`: MLServer does not start with it.
const TINY = ['echo', 'slow', 'pick', 'tokens', 'narrow'];

describeModelServer('MLServer', async (repository) => {
  const mlserver = await startMlserver(repository, TINY);
  const server = createTritonModelServer({ endpoints: [mlserver.address] });
  return {
    server,
    close: async () => {
      await server.close();
      await mlserver.stop();
    },
  };
});

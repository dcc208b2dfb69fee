// real: the model server's contract against NVIDIA Triton, and what becomes of requests when it is ill.
import { createTritonModelServer } from '../../lib/triton/triton-model-server.ts';
import { describeModelServer } from '../contract/model-server-suite.ts';
import { startTriton } from './triton-server.ts';

const TINY = ['echo', 'slow', 'pick', 'tokens', 'narrow', 'broken'];

describeModelServer('Triton', async (repository) => {
  const triton = await startTriton({ repository, models: TINY });
  const server = createTritonModelServer({ endpoints: [triton.address] });
  return {
    server,
    close: async () => {
      await server.close();
      await triton.stop();
    },
  };
});

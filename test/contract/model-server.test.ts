// contract, model server: the suite against the one in the process.
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { describeModelServer } from './model-server-suite.ts';

describeModelServer('in process', async (repository) => {
  const server = createOnnxModelServer({ repository, workers: 1 });
  return { server, close: () => server.close() };
});

// model-repository: what a model server has to have under a model's name and version, by what is installed here.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchLimits } from '../model/batch-limits.ts';
import type { ExpectedModels } from '../model/checked-model-server.ts';
import { flowNetModel } from '../model/flow-net-model.ts';
import { packetModel } from '../model/packet-model.ts';
import { parsePacketModelMetadata } from '../model/packet-model-metadata.ts';
import { findModel } from './find-model.ts';
import { PACKET_MODEL_FILE, readModelRepository } from './read-model-repository.ts';

/** What is a flow model here has to be one on the server, and a packet model likewise, for batches of the size we send. */
export function createExpectedModels(repository: string): ExpectedModels {
  return (name, version) => {
    const installed = findModel(readModelRepository(repository), { name, version });
    if (installed === undefined) return undefined;
    if (installed.kind === 'flow') return flowNetModel({ model: name, version });
    const file = join(repository, name, version, PACKET_MODEL_FILE);
    const metadata = parsePacketModelMetadata(JSON.parse(readFileSync(file, 'utf8')));
    return packetModel(metadata, batchLimits(metadata).sequences);
  };
}

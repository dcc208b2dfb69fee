// infer: the packet models of the repository, each version's vocabulary read and its files checked when it is first asked for.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../lib/log/log.ts';
import { formatModelReference, type ModelReference, parseModelReference } from '../../lib/model/model-reference.ts';
import { type PacketModelMetadata, parsePacketModelMetadata } from '../../lib/model/packet-model-metadata.ts';
import type { NotScoredReason } from '../../lib/model/packet-scope.ts';
import { createPacketTokens, type LineReading, type PacketTokens } from '../../lib/model/packet-tokens.ts';
import { parseVocabulary } from '../../lib/model/vocabulary.ts';
import { findModel, notInstalled } from '../../lib/model-repository/find-model.ts';
import {
  type InstalledModel,
  PACKET_MODEL_FILE,
  readModelRepository,
} from '../../lib/model-repository/read-model-repository.ts';
import { checkModelFile, mismatch, readModelFile } from './model-file.ts';
import { createScoreCache, type ScoreCache } from './score-cache.ts';

/** What stands beside a packet model, and what was made of it. */
export interface PacketModel {
  readonly metadata: PacketModelMetadata;
  readonly tokens: PacketTokens;
  /** Id that fills a batch. */
  readonly pad: number;
  /** Scores of inputs that came before. */
  readonly cache: ScoreCache;
}

/** Why there is no packet model to be had. */
export type AbsentPacketModel = Extract<NotScoredReason, 'not-installed' | 'model-mismatch'>;

/**
 * By NAME or NAME:VERSION, and by default what the setting names. What it says is a hint: where that is not installed, or
 * its files are not those of its description, the stage does without. One that was asked for has to be there.
 * @throws PipelineError `model-unavailable` or `model-mismatch` for a reference.
 */
export type PacketModels = (reference?: string) => PacketModel | AbsentPacketModel;

export interface PacketModelSettings {
  readonly repository: string;
  /** NAME or NAME:VERSION; without a version the highest that is there at the start. */
  readonly model: string;
  readonly reading: LineReading;
  readonly log: Log;
  /** Another process runs the model: its file need not be here. */
  readonly isRemote: boolean;
}

export function createPacketModels(settings: PacketModelSettings): PacketModels {
  const models = new Map<string, PacketModel>();
  const installed = (): readonly InstalledModel[] =>
    readModelRepository(settings.repository).filter(({ kind }) => kind === 'packet');

  function read(found: Required<ModelReference>): PacketModel {
    const key = formatModelReference(found);
    const model = models.get(key) ?? readPacketModel(settings, found);
    models.set(key, model);
    return model;
  }

  // One that is added later waits for the next start, so that it never comes into the middle of a dump.
  const usual = readUsual(settings, installed(), read);
  return (reference) => {
    if (reference === undefined) return usual;
    const wanted = parseModelReference(reference);
    const found = findModel(installed(), wanted);
    if (found === undefined) throw notInstalled(installed(), wanted);
    return read(found);
  };
}

/** Said once, at the start, where there is none. */
function readUsual(
  { model, log }: PacketModelSettings,
  installed: readonly InstalledModel[],
  read: (found: InstalledModel) => PacketModel,
): PacketModel | AbsentPacketModel {
  const found = findModel(installed, parseModelReference(model));
  if (found === undefined) {
    const others = installed.map(formatModelReference).join(', ');
    const words = `${model}: not installed${others === '' ? '' : ` (packet models here: ${others})`}`;
    log.info({}, `${words}; its packets are counted, not scored. How to install it: triton/export/README.md`);
    return 'not-installed';
  }
  try {
    return read(found);
  } catch (error) {
    log.error({ err: error, model: formatModelReference(found) }, 'the packet model is not used');
    return 'model-mismatch';
  }
}

/** @throws PipelineError `invalid-configuration` when a file is missing, `model-mismatch` when it is not the one expected. */
function readPacketModel(settings: PacketModelSettings, { name, version }: Required<ModelReference>): PacketModel {
  const folder = join(settings.repository, name, version);
  const metadata = parsePacketModelMetadata(JSON.parse(readModelFile(join(folder, PACKET_MODEL_FILE)).toString()));
  if (metadata.model !== name || metadata.version !== version) {
    throw mismatch(`${folder}: ${PACKET_MODEL_FILE} is of ${metadata.model}:${metadata.version}`);
  }
  const vocabularyFile = join(folder, 'vocab.txt');
  checkModelFile(vocabularyFile, metadata.vocabularySha256, PACKET_MODEL_FILE);
  const modelFile = join(folder, 'model.onnx');
  if (!settings.isRemote || existsSync(modelFile)) checkModelFile(modelFile, metadata.sha256, PACKET_MODEL_FILE);
  const vocabulary = parseVocabulary(readModelFile(vocabularyFile).toString());
  return {
    metadata,
    tokens: createPacketTokens(vocabulary, settings.reading),
    pad: vocabulary.pad,
    cache: createScoreCache(),
  };
}

// s3 operations, CompleteMultipartUpload: make an object of the parts that the client lists; no byte is copied.
import { createHash } from 'node:crypto';
import { receiveText } from '../body.ts';
import {
  CHECKSUM_ALGORITHMS,
  type Checksum,
  checksumElement,
  checksumHeader,
  checksumMismatch,
  compositeChecksum,
  fullObjectChecksum,
} from '../checksum.ts';
import { checkWrite } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { quoted } from '../object-headers.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import { type S3Request, setting } from '../request.ts';
import { commitObject, objectName, type Store } from '../store.ts';
import type { NewObject } from '../tables/objects.ts';
import type { Part, Upload } from '../tables/uploads.ts';
import { requireUpload } from '../uploads.ts';
import { childrenNamed, childText, document, element, parseXml, type XmlElement } from '../xml.ts';

const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_OBJECT_BYTES = 5 * 1024 ** 4;
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export const completeMultipartUpload: Operation = {
  name: 'CompleteMultipartUpload',
  method: 'POST',
  on: 'object',
  selectors: ['uploadId'],
  parameters: [],
  run,
};

async function run(exchange: Exchange, store: Store): Promise<Reply> {
  const { request } = exchange;
  const text = await receiveText(exchange, { maxBytes: MAX_BODY_BYTES, sumsAreOfObject: true });
  const earlier = completedEarlier(store, request);
  if (earlier) return answer(request, earlier);
  const listed = childrenNamed(parseXml(text, 'CompleteMultipartUpload'), 'Part');
  const upload = requireUpload(store, request);
  const parts = chooseParts(listed, store.catalogue.uploads.parts(upload.id));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  checkSizes(request, parts, size);
  const checksum = objectChecksum(upload, parts);
  checkObjectChecksum(request, checksum);
  const object = commitObject(store, request, {
    object: {
      bucket: upload.bucket,
      key: upload.key,
      size,
      etag: multipartEtag(parts),
      headers: upload.headers,
      checksum,
      uploadId: upload.id,
    },
    segments: parts,
    eventName: 'ObjectCreated:CompleteMultipartUpload',
    check: (current) => checkWrite(request.headers, upload.key, current),
    also: () => store.catalogue.uploads.remove(upload.id),
  });
  return answer(request, object);
}

/** What this very upload has become, if its client asks again because the first answer got lost. */
function completedEarlier(store: Store, request: S3Request): NewObject | undefined {
  const { bucket, key } = objectName(request);
  const uploadId = request.parameters.get('uploadId') ?? '';
  const object = store.catalogue.objects.find(bucket, key);
  return object?.uploadId === uploadId && !store.catalogue.uploads.find(uploadId) ? object : undefined;
}

function answer(request: S3Request, { bucket, key, etag, checksum }: NewObject): Reply {
  return {
    status: 200,
    body: document('CompleteMultipartUploadResult', [
      element('Location', `http://${request.headers.get('host')}${request.rawPath}`),
      element('Bucket', bucket),
      element('Key', key),
      element('ETag', quoted(etag)),
      ...(checksum
        ? [element(checksumElement(checksum.algorithm), checksum.value), element('ChecksumType', checksum.type)]
        : []),
    ]),
  };
}

/** The stored parts that the client means, each named by its number and tag, in growing order. */
function chooseParts(listed: readonly XmlElement[], stored: readonly Part[]): readonly Part[] {
  if (listed.length === 0 || listed.length > MAX_PARTS)
    throw new S3Error(
      'MalformedXML',
      `An upload is completed from 1 to ${MAX_PARTS} parts; ${listed.length} were given.`,
    );
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  let previous = 0;
  return listed.map((entry) => {
    const number = Number(childText(entry, 'PartNumber') ?? Number.NaN);
    const etag = (childText(entry, 'ETag') ?? '').trim().replace(/^"(.*)"$/, '$1');
    if (!Number.isInteger(number) || number < 1) throw new S3Error('MalformedXML', 'A Part has no valid PartNumber.');
    if (number <= previous)
      throw new S3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      );
    previous = number;
    const part = byNumber.get(number);
    if (!part || part.etag !== etag || !sumAgrees(entry, part.checksum))
      throw new S3Error(
        'InvalidPart',
        'One or more of the specified parts could not be found. The part may not have been uploaded, or its entity tag may not match.',
        { PartNumber: `${number}`, ETag: etag },
      );
    return part;
  });
}

function sumAgrees(entry: XmlElement, stored: Checksum | undefined): boolean {
  return CHECKSUM_ALGORITHMS.every((algorithm) => {
    const given = childText(entry, checksumElement(algorithm));
    return given === undefined || stored?.algorithm !== algorithm || stored.value === given;
  });
}

function checkSizes(request: S3Request, parts: readonly Part[], size: number): void {
  const small = parts.slice(0, -1).find((part) => part.size < MIN_PART_BYTES);
  if (small)
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      PartNumber: `${small.number}`,
      ProposedSize: `${small.size}`,
      MinSizeAllowed: `${MIN_PART_BYTES}`,
    });
  if (size > MAX_OBJECT_BYTES)
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: `${size}`,
      MaxSizeAllowed: `${MAX_OBJECT_BYTES}`,
    });
  const promised = setting(request, 'x-amz-mp-object-size');
  if (promised !== undefined && promised !== `${size}`)
    throw new S3Error('InvalidRequest', `x-amz-mp-object-size says ${promised}; the parts add up to ${size} bytes.`);
}

/** The MD5 of the parts' MD5s, and how many there are. */
function multipartEtag(parts: readonly Part[]): string {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.etag, 'hex');
  return `${md5.digest('hex')}-${parts.length}`;
}

/** The object's own sum, if the upload was opened with one: every part has it then. */
function objectChecksum(upload: Upload, parts: readonly Part[]): Checksum | undefined {
  if (!upload.checksum) return undefined;
  const { algorithm, type } = upload.checksum;
  const sums = parts.flatMap(({ size, checksum }) => (checksum ? [{ size, value: checksum.value }] : []));
  if (type === 'FULL_OBJECT') return fullObjectChecksum(algorithm, sums);
  return compositeChecksum(
    algorithm,
    sums.map((sum) => sum.value),
  );
}

/** A sum of the whole that the client sends along must be the one computed from its parts. */
function checkObjectChecksum(request: S3Request, checksum: Checksum | undefined): void {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const given = setting(request, checksumHeader(algorithm));
    if (given === undefined || checksum?.algorithm !== algorithm) continue;
    if (given.replace(/-\d+$/, '') !== checksum.value.replace(/-\d+$/, '')) throw checksumMismatch(algorithm);
  }
}

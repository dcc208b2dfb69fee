// local/opensearch/http: memory of requests that goes back at once: left to V8, whatever lies outside its heap has it walk the heap every 64 MiB.

/** Shorter buffers share a piece of memory. */
const MIN_BYTES = 16 * 1024;

/** Nothing of the buffer may be read after. One whose memory others have a part of is left to V8. */
export function giveBack(bytes: Buffer): void {
  const { buffer, byteLength } = bytes;
  if (byteLength >= MIN_BYTES && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

// app: the identification line that both sides of SSH send first (RFC 4253 §4.2).

export interface SshBanner {
  readonly protocolVersion: string;
  readonly software: string;
}

/** `SSH-protoversion-softwareversion [SP comments]`, at most 255 bytes. */
const BANNER = /^SSH-(\d\.\d{1,2})-([\x21-\x7e]{1,200})/;

export function decodeSshBanner(bytes: Uint8Array): SshBanner | undefined {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const [, protocolVersion, software] = BANNER.exec(line) ?? [];
  if (protocolVersion === undefined || software === undefined) return undefined;
  return { protocolVersion, software };
}

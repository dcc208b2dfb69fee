// app: what the messages of an SMB conversation add up to, whichever version they are of.

import { addDistinct } from './facts.ts';
import { readNtlmNames } from './ntlmssp.ts';

export interface SmbSession {
  readonly commands: string[];
  readonly shares: string[];
  readonly files: string[];
  readonly statuses: string[];
  /** Dialects the client offered; an SMB1 answer only numbers them. */
  readonly offered: string[];
  version: 1 | 2 | undefined;
  dialectIndex: number;
  dialect: string | undefined;
  user: string | undefined;
  domain: string | undefined;
  workstation: string | undefined;
  serverName: string | undefined;
  serverDomain: string | undefined;
  nativeOs: string | undefined;
  calledName: string | undefined;
  isEncrypted: boolean;
  isCompressed: boolean;
}

export function createSmbSession(): SmbSession {
  return {
    ...{ commands: [], shares: [], files: [], statuses: [], offered: [], version: undefined, dialectIndex: -1 },
    ...{ dialect: undefined, user: undefined, domain: undefined, workstation: undefined, serverName: undefined },
    ...{ serverDomain: undefined, nativeOs: undefined, calledName: undefined, isEncrypted: false, isCompressed: false },
  };
}

const STATUS_NAMES: ReadonlyMap<number, string> = new Map([
  [0xc0000016, 'MORE_PROCESSING_REQUIRED'],
  [0xc000006d, 'LOGON_FAILURE'],
  [0xc000006a, 'WRONG_PASSWORD'],
  [0xc0000064, 'NO_SUCH_USER'],
  [0xc0000072, 'ACCOUNT_DISABLED'],
  [0xc0000234, 'ACCOUNT_LOCKED_OUT'],
  [0xc0000022, 'ACCESS_DENIED'],
  [0xc00000cc, 'BAD_NETWORK_NAME'],
  [0xc0000034, 'OBJECT_NAME_NOT_FOUND'],
  [0xc000003a, 'OBJECT_PATH_NOT_FOUND'],
  [0xc0000205, 'INSUFF_SERVER_RESOURCES'],
  [0xc0000002, 'NOT_IMPLEMENTED'],
  [0xc0000008, 'INVALID_HANDLE'],
  [0xc000000d, 'INVALID_PARAMETER'],
  [0xc00000bb, 'NOT_SUPPORTED'],
  [0x80000006, 'NO_MORE_FILES'],
  [0x00000103, 'PENDING'],
]);

/** Success says nothing. */
export function addSmbStatus(session: SmbSession, status: number): void {
  if (status <= 0) return;
  addDistinct(session.statuses, STATUS_NAMES.get(status) ?? `0x${status.toString(16).toUpperCase().padStart(8, '0')}`);
}

export function addNtlmNames(session: SmbSession, blob: Uint8Array): void {
  const names = readNtlmNames(blob);
  if (names === undefined) return;
  session.user ??= names.user;
  session.domain ??= names.domain;
  session.workstation ??= names.workstation;
  session.serverName ??= names.serverName;
  session.serverDomain ??= names.serverDomain;
}

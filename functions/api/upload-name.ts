// api: a person's file name as the last part of a bucket key: it never becomes a path, an escape or an endless line.

const MAX_LENGTH = 128;
const MAX_EXTENSION = 16;

/** `C:\captures\Montag früh.pcap` → `Montag-fruh.pcap`: letters, digits, dot, dash and underscore are left. */
export function keySafeName(fileName: string): string {
  const last = fileName.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  const safe = last
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replace(/^[.-]+/, '')
    .replace(/[.-]+$/, '');
  return shortened(safe === '' ? 'capture' : safe);
}

/** The name as people gave it, on one line: files may have line ends and other controls in their names. */
export function printableName(fileName: string): string {
  return fileName.replaceAll(/\p{C}+/gu, ' ').trim() || 'capture';
}

/** The extension stays: people tell captures apart by it. */
function shortened(name: string): string {
  if (name.length <= MAX_LENGTH) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= MAX_EXTENSION ? name.slice(dot) : '';
  return name.slice(0, MAX_LENGTH - extension.length) + extension;
}

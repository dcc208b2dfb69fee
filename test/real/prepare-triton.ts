// real: Triton is installed before any test runs, so that two of them never install it at once.
import { numpy2Folder, requireTriton } from './triton-install.ts';

export function setup(): void {
  requireTriton();
  numpy2Folder();
}

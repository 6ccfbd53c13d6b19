import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why this process cannot mount file systems; undefined if it can. */
export function whyNoMounts(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux, to mount a small file system';
  try {
    Mount.tmpfs('64k').remove();
    return undefined;
  } catch {
    return 'needs root, to mount a small file system';
  }
}

/** A file system in memory, with a size. */
export class Mount {
  readonly folder = mkdtempSync(join(tmpdir(), 'cumulus-e2e-mount-'));

  private constructor() {}

  static tmpfs(size: string): Mount {
    const mount = new Mount();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', mount.folder], { stdio: 'pipe' });
    } catch (error) {
      rmdirSync(mount.folder);
      throw error;
    }
    return mount;
  }

  /** Mounts it again with other options, such as `size=16m` or `ro`; what it holds stays. */
  remount(options: string): void {
    execFileSync('mount', ['-o', `remount,${options}`, this.folder], { stdio: 'pipe' });
  }

  remove(): void {
    execFileSync('umount', [this.folder], { stdio: 'pipe' });
    rmdirSync(this.folder);
  }
}

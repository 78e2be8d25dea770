import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Architecture } from './package-request.ts';
import { projectRoot } from './project-root.ts';

/** Node.js itself, and what its licence wants to be said. */
export interface NodeRuntime {
  readonly binary: Uint8Array;
  readonly licence: string;
}

/**
 * The Node.js that package-lock.json names, byte for byte as its makers built it, so that
 * whoever wants can compare it with theirs. For another architecture npm fetches it, and
 * checks it against the lock.
 */
export function nodeRuntime(architecture: Architecture): NodeRuntime {
  const own = path.join(projectRoot, 'node_modules', `node-linux-${architecture}`);
  if (existsSync(own)) return readRuntime(own);
  const folder = mkdtempSync(path.join(tmpdir(), 'nagtail-node-'));
  try {
    for (const name of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(path.join(projectRoot, name), path.join(folder, name));
    const args = [
      'ci',
      `--cpu=${architecture}`,
      '--os=linux',
      '--omit=dev',
      '--ignore-scripts',
      '--loglevel=error',
    ];
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    return readRuntime(path.join(folder, 'node_modules', `node-linux-${architecture}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readRuntime(folder: string): NodeRuntime {
  return {
    binary: readFileSync(path.join(folder, 'bin/node')),
    licence: readFileSync(path.join(folder, 'LICENSE'), 'utf8'),
  };
}

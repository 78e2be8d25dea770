import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './project-root.ts';

const rule = `\n${'-'.repeat(72)}\n\n`;

/**
 * The licences of what is in a bundle, which want to go with it.
 * @param packages folders of the packages, from the project's root
 */
export function thirdPartyNotices(packages: readonly string[], nodeLicence?: string): string {
  const node = nodeLicence === undefined ? [] : [`Node.js\n\n${nodeLicence}`];
  return [...packages.map(noticeOf), ...node].join(rule);
}

function noticeOf(folder: string): string {
  const full = path.join(projectRoot, folder);
  const { name, version, license } = JSON.parse(
    readFileSync(path.join(full, 'package.json'), 'utf8'),
  );
  const file = readdirSync(full).find((one) => /^licen[sc]e/i.test(one));
  const text = file === undefined ? '' : `\n\n${readFileSync(path.join(full, file), 'utf8')}`;
  return `${name} ${version}, licence: ${license}${text}`;
}

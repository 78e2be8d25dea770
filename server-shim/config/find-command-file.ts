import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isFolder } from '../../platform/path-kind.ts';

/** Main configurations of Nagios and Naemon where packages and source installs put them. */
const mainConfigurations = [
  '/etc/nagios4/nagios.cfg',
  '/etc/nagios/nagios.cfg',
  '/etc/nagios3/nagios.cfg',
  '/usr/local/nagios/etc/nagios.cfg',
  '/etc/naemon/naemon.cfg',
  '/opt/omd/sites/default/etc/nagios/nagios.cfg',
] as const;

/** Command files where no configuration names one. */
const usualPlaces = [
  '/var/lib/nagios4/rw/nagios.cmd',
  '/var/spool/nagios/cmd/nagios.cmd',
  '/usr/local/nagios/var/rw/nagios.cmd',
  '/var/lib/naemon/naemon.cmd',
  '/run/icinga2/cmd/icinga2.cmd',
  '/var/run/icinga2/cmd/icinga2.cmd',
] as const;

/** Nagios' command file on this machine, and how it was found. */
export interface FoundCommandFile {
  readonly path: string;
  readonly from: string;
}

/** More of a configuration is not read: lines before `command_file` are few. */
const configurationBytesMax = 1024 * 1024;

/**
 * Looks for Nagios' external command file: what its main configuration says, else the usual places of which the
 * folder exists. (The file itself is only there while Nagios runs.)
 * @param root for tests: the folder that stands for `/`
 */
export function findCommandFile(root = '/'): FoundCommandFile | undefined {
  for (const file of mainConfigurations) {
    const found = commandFileIn(path.join(root, file));
    if (found !== undefined) return { path: found, from: `command_file in ${file}` };
  }
  const place = usualPlaces.find((file) => isFolder(path.dirname(path.join(root, file))));
  return place === undefined
    ? undefined
    : { path: path.join(root, place), from: 'its usual place on this system' };
}

function commandFileIn(file: string): string | undefined {
  try {
    const size = statSync(file).size;
    if (size > configurationBytesMax) return undefined;
    return /^\s*command_file\s*=\s*(\S+)\s*$/m.exec(readFileSync(file, 'latin1'))?.[1];
  } catch {
    // There is none, or it is for others: the next one may do.
    return undefined;
  }
}

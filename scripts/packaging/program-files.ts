import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bundle, Program } from './bundle.ts';
import type { NodeRuntime } from './node-runtime.ts';
import { type PackagedFile, textFile } from './packaged-file.ts';
import { projectRoot } from './project-root.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

/** The files of one program as its .deb and .rpm install them. */
export function programFiles(
  program: Program,
  bundle: Bundle,
  runtime: NodeRuntime,
): PackagedFile[] {
  const { name } = program;
  const library = `usr/lib/${name}`;
  const start = `/${library}/node ${nodeOptions(name)}/${library}/app/${name}.js`;
  const launcher = `#!/bin/sh\nexec ${start} "$@"\n`;
  return [
    textFile(commandPath(name), launcher, { isProgram: true }),
    { path: `${library}/node`, content: runtime.binary, isProgram: true },
    ...bundle.files.map((file) => ({ ...file, path: `${library}/${file.path}` })),
    ...configurationOf(name).map((file) => ({ ...file, path: `etc/${name}/${file.path}` })),
    ...unitsOf(name).map((file) => ({ ...file, path: `usr/lib/systemd/system/${file.path}` })),
    ...dropInsOf(name).map((file) => ({ ...file, path: `usr/share/${name}/systemd/${file.path}` })),
    ...nagiosObjectsOf(name),
    source(`config/packages/${name}.sysusers`, `usr/lib/sysusers.d/${name}.conf`),
    source(`config/packages/${name}.tmpfiles`, `usr/lib/tmpfiles.d/${name}.conf`),
    ...completionsOf(name),
    ...documentsOf(name, bundle, runtime),
  ];
}

/** What Node.js is started with, as in scripts/nagtail, which says why; a blank behind it. */
export function nodeOptions(name: Program['name']): string {
  return name === 'nagtail'
    ? '--v8-pool-size=1 --max-semi-space-size=2 --no-allocation-site-pretenuring '
    : '';
}

/** Where the command is installed: the receiver is a daemon for administrators. */
function commandPath(name: Program['name']): string {
  return name === 'nagtail' ? 'usr/bin/nagtail' : 'usr/sbin/nagtail-shim';
}

/** The configuration that comes with a program, from the folder of its configuration. */
export function configurationOf(name: Program['name']): PackagedFile[] {
  const own = name === 'nagtail' ? 'agent' : 'shim';
  const files = [source(`config/${own}/${name}.ini`, `${name}.ini`)];
  if (name === 'nagtail') {
    for (const rules of ['ssh-logins.sec', 'system.sec'])
      files.push(source(`config/rules/${rules}`, `rules.d/${rules}`));
  }
  return files.map((file) => ({ ...file, isConfiguration: true }));
}

/** The systemd units of a program, by their names. */
export function unitsOf(name: Program['name']): PackagedFile[] {
  return readdirSync(path.join(projectRoot, 'config/systemd'))
    .filter((unit) => (unit.startsWith('nagtail-shim') ? 'nagtail-shim' : 'nagtail') === name)
    .filter((unit) => /\.(?:service|socket)$/.test(unit))
    .toSorted()
    .map((unit) => source(`config/systemd/${unit}`, unit));
}

/** Additions to the agent's unit, for those who want them. */
function dropInsOf(name: Program['name']): PackagedFile[] {
  if (name !== 'nagtail') return [];
  return readdirSync(path.join(projectRoot, 'config/systemd/drop-ins'))
    .toSorted()
    .map((dropIn) => source(`config/systemd/drop-ins/${dropIn}`, dropIn));
}

/** The receiver's package is where Nagios is: templates of services for it. */
export function nagiosObjectsOf(name: Program['name']): PackagedFile[] {
  if (name !== 'nagtail-shim') return [];
  return [source('config/nagios/nagtail.cfg', `usr/share/${name}/nagios/nagtail.cfg`)];
}

/** Manual pages, licences, and what the documents say about the files in /etc. */
function documentsOf(name: Program['name'], bundle: Bundle, runtime: NodeRuntime): PackagedFile[] {
  const folder = `usr/share/doc/${name}`;
  const copyright = [
    readFileSync(path.join(projectRoot, 'LICENSE'), 'utf8'),
    thirdPartyNotices(bundle.packages, runtime.licence),
  ];
  return [
    textFile(`${folder}/copyright`, copyright.join(`\n${'-'.repeat(72)}\n\n`)),
    ...['CONFIGURATION.md', 'MESSAGES.md'].map((one) => source(`docs/${one}`, `${folder}/${one}`)),
    ...manualPagesOf(name),
  ];
}

/** The pages that name a program or its files: `docs/man/nagtail.8` and the like. */
export function manualPagesOf(name: Program['name']): PackagedFile[] {
  const folder = path.join(projectRoot, 'docs/man');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((page) => (page.startsWith('nagtail-shim') ? 'nagtail-shim' : 'nagtail') === name)
    .toSorted()
    .map((page) => ({
      path: `usr/share/man/man${page.at(-1)}/${page}.gz`,
      content: gzipSync(readFileSync(path.join(folder, page)), { level: 9 }),
    }));
}

/** Completion for bash, zsh and fish: the program itself knows its commands and options. */
export function completionsOf(name: Program['name']): PackagedFile[] {
  const made = (shell: string, to: string) => {
    const file = path.join(projectRoot, `config/packages/completion.${shell}`);
    const text = readFileSync(file, 'utf8');
    return textFile(
      to,
      text.replaceAll('@PROGRAM@', name).replaceAll('@FUNCTION@', name.replace('-', '_')),
    );
  };
  return [
    made('bash', `usr/share/bash-completion/completions/${name}`),
    made('zsh', `usr/share/zsh/site-functions/_${name}`),
    made('fish', `usr/share/fish/vendor_completions.d/${name}.fish`),
  ];
}

function source(from: string, to: string): PackagedFile {
  return { path: to, content: readFileSync(path.join(projectRoot, from)) };
}

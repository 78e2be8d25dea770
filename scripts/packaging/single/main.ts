import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { getAsset } from 'node:sea';
import vm from 'node:vm';
import threads, { type WorkerOptions } from 'node:worker_threads';
import { resetHelper } from '../../../platform/reset-when-killed.ts';
import { assetBase } from './asset-loader.ts';

/*
 * What an executable that has all in one file does first: finds out which of its programs is wanted, and lets that
 * find its parts.
 */

/** Of Node.js there is a plain `import()` only for files; this one takes whatever hooks know. */
const importAny: (url: string) => Promise<unknown> = new vm.Script('(url) => import(url)', {
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext();

/** A thread whose module is no file loads the hooks first. */
class AssetWorker extends threads.Worker {
  constructor(module: string | URL, options: WorkerOptions = {}) {
    const url = String(module);
    if (!url.startsWith(assetBase)) super(module, options);
    else {
      const start = `${getAsset('asset-loader.cjs', 'utf8')}\nimport(${JSON.stringify(url)});`;
      super(start, { ...options, eval: true });
    }
  }
}

threads.Worker = AssetWorker;
syncBuiltinESMExports();

const words = process.argv.slice(2);
if (words[0] === '-e' && words[1] === resetHelper)
  vm.runInThisContext(`(require) => ${resetHelper}`)(require);
else if (words[0] === '--licences') process.stdout.write(getAsset('licences.txt', 'utf8'));
else startProgram();

/** `nagtail-shim` by that name, or by that first word; else `nagtail`. */
function startProgram(): void {
  // A program that starts itself again repeats what seems to be its script.
  if (words[0]?.startsWith(`${process.execPath}/app/`)) words.shift();
  const [first = ''] = words;
  const isNamed = first === 'nagtail' || first === 'nagtail-shim';
  const called = isNamed ? first : path.basename(process.argv0);
  const name = called.startsWith('nagtail-shim') ? 'nagtail-shim' : 'nagtail';
  const script = `${process.execPath}/app/${name}.js`;
  process.execArgv = [];
  process.argv = [process.execPath, script, ...(isNamed ? words.slice(1) : words)];
  void importAny(`${assetBase}${name}.js`);
}

// SPDX-License-Identifier: Apache-2.0
// What Docker's GitHub actions do with docker buildx, by their own library (@docker/actions-toolkit):
// toolkit.mjs TOOLKIT BUILDER CONTEXT DIRECTORY writes what it read to DIRECTORY/read.json
// (the library itself prints to standard output).
// The test runs it with docker buildx and with berth, and compares.
import fs from 'node:fs';
import path from 'node:path';
import {execFileSync} from 'node:child_process';
import {pathToFileURL} from 'node:url';

const [toolkit, builderName, context, directory] = process.argv.slice(2);
const load = async file => import(pathToFileURL(path.join(toolkit, 'lib', file)).href);
const {Buildx} = await load('buildx/buildx.js');
const {Builder} = await load('buildx/builder.js');
const {Build} = await load('buildx/build.js');

const buildx = new Buildx();
const builder = new Builder({buildx});
const result = {};
result.available = await buildx.isAvailable();
result.satisfies = {};
for (const version of process.env.VERSIONS.split(' '))
  result.satisfies[version] = await buildx.versionSatisfies(`>=${version}`);

result.exists = [await builder.exists(builderName), await builder.exists('no-such-builder')];
const inspected = await builder.inspect(builderName);
delete inspected.lastActivity;
result.inspect = inspected;

const build = new Build({buildx});
const metadataFile = path.join(directory, 'metadata.json'), idFile = path.join(directory, 'id');
build.getMetadataFilePath = () => metadataFile;
build.getImageIDFilePath = () => idFile;
const command = await buildx.getCommand(['build', '--builder', builderName, '--metadata-file', metadataFile,
  '--iidfile', idFile, '--provenance', 'mode=max', '--output', 'type=oci,dest=' + path.join(directory, 'image.tar'),
  '--build-arg', 'NAME=value', '--label', 'a=b', '--annotation', 'c=d', '--file', 'Dockerfile', context]);
execFileSync(command.command, command.args, {stdio: 'ignore', cwd: context});
const metadata = build.resolveMetadata();
result.metadata = Object.keys(metadata).sort();
// The digest differs each time, since provenance has the time of the build.
result.digest = /^sha256:[0-9a-f]{64}$/.test(build.resolveDigest(metadata)) &&
  build.resolveDigest(metadata) === build.resolveImageID();
result.provenance = Object.keys(build.resolveProvenance(metadata) ?? {}).sort();
const ref = build.resolveRef(metadata);
result.ref = ref.split('/').slice(0, 2);
result.localState = Buildx.localState(ref);
fs.writeFileSync(path.join(directory, 'read.json'), JSON.stringify(result, null, 2) + '\n');

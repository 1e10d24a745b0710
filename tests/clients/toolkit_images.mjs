// SPDX-License-Identifier: Apache-2.0
// What Docker's GitHub actions do with docker buildx's bake, history and imagetools, by their own
// library (@docker/actions-toolkit): toolkit_images.mjs TOOLKIT BUILDER CONTEXT DIRECTORY IMAGE writes
// what it read to DIRECTORY/read.json. IMAGE is in a registry, where IMAGE-again is created.
// The test runs it with docker buildx and with berth, and compares.
import fs from 'node:fs';
import path from 'node:path';
import {execFileSync} from 'node:child_process';
import {pathToFileURL} from 'node:url';

const [toolkit, builder, context, directory, image] = process.argv.slice(2);
const load = async file => import(pathToFileURL(path.join(toolkit, 'lib', file)).href);
const {Buildx} = await load('buildx/buildx.js');
const {Bake} = await load('buildx/bake.js');
const {History} = await load('buildx/history.js');
const {ImageTools} = await load('buildx/imagetools.js');

process.chdir(context);
process.env.BUILDX_BUILDER = builder;
const buildx = new Buildx();
const result = {};

const bake = new Bake({buildx});
const request = {files: ['docker-bake.hcl'], targets: ['all'], overrides: ['*.labels.a=b', 'two.args.NAME=set'],
  vars: ['WHO=var'], provenance: 'mode=max', sbom: 'false', allow: ['network.host'], noCache: true};
result.definition = await bake.getDefinition(request);
result.contexts = Bake.resolveContextTargets(result.definition, 'two');
result.exporters = [Bake.hasLocalExporter(result.definition), Bake.hasTarExporter(result.definition),
  Bake.hasDockerExporter(result.definition, false), Bake.hasProvenanceAttestation(result.definition)];
result.error = await bake.getDefinition({files: ['docker-bake.hcl'], targets: ['nowhere']})
  .then(() => 'none', error => error.message.split(';')[0]);

const command = await buildx.getCommand(['bake', '--builder', builder, '--metadata-file',
  bake.getMetadataFilePath(), '--file', 'docker-bake.hcl', '--no-cache', '--set', '*.output=type=cacheonly',
  '--set', '*.cache-from=', 'all']);
execFileSync(command.command, command.args, {stdio: 'ignore'});
const metadata = bake.resolveMetadata();
result.metadata = Object.fromEntries(Object.entries(metadata).map(([name, value]) =>
  [name, typeof value === 'object' ? Object.keys(value).sort() : typeof value]));
const refs = bake.resolveRefs(metadata);
result.refs = refs.map(ref => ref.split('/').slice(0, 2).join('/'));

const history = new History({buildx});
const {summaries, dockerbuildFilename, dockerbuildSize} = await history.export({refs});
result.summaries = Object.values(summaries).map(summary => ({...summary, duration: ''}))
  .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
result.exported = [path.basename(dockerbuildFilename).replace(/~[^~]*$/, ''), dockerbuildSize > 1000];

const imagetools = new ImageTools({buildx});
result.image = await imagetools.inspectImage({name: image});
result.manifest = await imagetools.inspectManifest({name: image});
result.attestations = await imagetools.attestationDigests({name: image});
result.created = await imagetools.create({sources: [image], tags: [`${image}-again`],
  annotations: [ImageTools.toIndexAnnotation('c=d')], silent: true});
result.again = await imagetools.inspectManifest({name: `${image}-again`});
result.missing = await imagetools.inspectImage({name: `${image}-nowhere`})
  .then(() => 'none', error => ImageTools.isManifestUnknownError(error.message));
fs.writeFileSync(path.join(directory, 'read.json'), JSON.stringify(result, null, 2) + '\n');

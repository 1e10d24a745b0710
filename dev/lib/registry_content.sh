# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154  # dir, hub and buildkit_tag: of the script that reads this file
# The content of a private engine's registry, which replaces Docker Hub: BuildKit's image, and substitutes for
# busybox and alpine from Debian's static busybox.

# publish IMAGE NAME: pushes a local image as docker.io/NAME and removes the local one, so that it
# can be pulled.
publish() {
	client tag "$1" "$hub/$2"
	client push --quiet "$hub/$2" >/dev/null
	client image rm --force "$1" "$hub/$2" >/dev/null
}

# import_image DIRECTORY COMMAND NAME: the directory as an image of one layer, published in Docker Hub's library.
import_image() {
	tar --owner=0 --group=0 --numeric-owner --sort=name -C "$1" -c . |
		client import --change "CMD $2" --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
			- "$3" >/dev/null
	publish "$3" "library/$3"
}

publish_buildkit() {
	local loaded
	case $1 in
		*.zst) loaded=$(zstd -dc -- "$1" | client load) ;;
		*) loaded=$(client load --input "$1") ;;
	esac || die "cannot load $1"
	loaded=$(sed -n 's/^Loaded image: //p' <<<"$loaded")
	[[ $loaded && $loaded != *$'\n'* ]] || die "$1 must hold one tagged image"
	publish "$loaded" "$buildkit_tag"
}

# Debian's static busybox with a link for every applet.
make_busybox() {
	local debs=$1/debs files=$1/files applet
	download_debs "$debs" busybox-static
	mkdir -p "$files"/{bin,dev,etc,home,proc,root,sys,tmp,var/tmp}
	chmod 1777 "$files/tmp" "$files/var/tmp"
	[[ -d $debs/bin ]] || debs=$debs/usr # since Debian trixie
	install "$debs/bin/busybox" "$files/bin/busybox"
	while read -r applet; do
		[[ -e $files/$applet ]] && continue
		mkdir -p "$files/${applet%/*}"
		ln -s /bin/busybox "$files/$applet"
	done < <("$files/bin/busybox" --list-full)
	printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/:/bin/false >"$files/etc/passwd"
	printf '%s\n' root:x:0: nogroup:x:65534: >"$files/etc/group"
}

# fill_registry IMAGE: fills it once, and again for another BuildKit image.
fill_registry() {
	local image=$1 mark work
	mark="$image $(stat -c %Y "$image")"
	[[ $(cat "$dir/registry/filled" 2>/dev/null) != "$mark" ]] || return 0
	say "filling the registry"
	publish_buildkit "$image"
	work=$(mktemp -d "$dir/files.XXXXXX")
	make_busybox "$work"
	import_image "$work/files" '["sh"]' busybox:latest
	printf '%s\n' 'NAME="Alpine Linux"' ID=alpine VERSION_ID=3.22.0 'PRETTY_NAME="Alpine Linux (stand-in)"' \
		>"$work/files/etc/os-release"
	echo 3.22.0 >"$work/files/etc/alpine-release"
	import_image "$work/files" '["/bin/sh"]' alpine:latest
	rm -rf "$work"
	echo "$mark" >"$dir/registry/filled"
}

# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154  # root and stack: of the script that reads this file
# Finds the BuildKit image of a private engine.

buildkit_tag=moby/buildkit:buildx-stable-1

# pull_buildkit_image FILE: from Docker Hub, with skopeo if installed (a Debian package), since no
# engine runs yet. Whether Docker Hub can be reached is known within ten seconds.
pull_buildkit_image() {
	command -v skopeo >/dev/null || return 1
	timeout 10 skopeo inspect --raw "docker://$buildkit_tag" >/dev/null 2>&1 || return 1
	say "pulling $buildkit_tag from Docker Hub"
	rm -f "$1.part"
	if ! timeout 300 skopeo copy --quiet "docker://$buildkit_tag" "docker-archive:$1.part:$buildkit_tag" >&2; then
		rm -f "$1.part"
		say "cannot pull it: going without Docker Hub"
		return 1
	fi
	mv "$1.part" "$1"
}

# built_buildkit_image: prints the path of an image with the programs of this stack, assembled at
# the first call.
built_buildkit_image() {
	local programs key image
	if [[ $stack == today ]]; then
		programs=$("$root/dev/programs" today buildkit runc)
	else
		programs=$("$root/dev/programs" "$stack" buildkit)
	fi
	key=$(cat "$programs"/.{buildkit,runc} "$root/dev/build-image" 2>/dev/null | sha256sum | cut -c1-16)
	image=$(cache_folder)/moby-buildkit-$stack-$key.tar.zst
	if [[ ! -r $image ]]; then
		rm -f "$(cache_folder)"/moby-buildkit-"$stack"-*
		"$root/dev/build-image" "$programs" "$image" >&2
	fi
	printf '%s\n' "$image"
}

# find_buildkit_image: prints an archive that `docker load` reads (zstd'ed if it ends in .zst). In
# this order: $BERTH_BUILDKIT_IMAGE; for today's stack, Docker Hub's image, pulled once; or an
# assembled one.
find_buildkit_image() {
	local pulled
	if [[ ${BERTH_BUILDKIT_IMAGE:-} ]]; then
		[[ -r $BERTH_BUILDKIT_IMAGE ]] || die "BERTH_BUILDKIT_IMAGE: cannot read $BERTH_BUILDKIT_IMAGE"
		printf '%s\n' "$BERTH_BUILDKIT_IMAGE"
		return
	fi
	pulled=$(cache_folder)/moby-buildkit-pulled.tar
	mkdir -p "$(cache_folder)"
	if [[ $stack == today ]] && { [[ -r $pulled ]] || pull_buildkit_image "$pulled"; }; then
		printf '%s\n' "$pulled"
	else
		built_buildkit_image
	fi
}

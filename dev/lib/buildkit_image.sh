# shellcheck shell=bash
# shellcheck disable=SC2154  # root: of the script that reads this file
# Where a private engine's BuildKit image comes from.

buildkit_tag=moby/buildkit:buildx-stable-1

# pull_buildkit_image FILE: from Docker Hub, by skopeo where that is installed (Debian has it), since
# no engine that could pull is up yet. Whether Docker Hub can be reached is known within ten seconds.
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

# find_buildkit_image: prints an archive that `docker load` reads (zstd'ed if it ends in .zst). In this
# order: $BERTH_BUILDKIT_IMAGE; one got before; a pull; the one beside the checkout; one built here.
find_buildkit_image() {
	local cache pulled built beside=$root/../shared/images/moby-buildkit.tar.zst
	if [[ ${BERTH_BUILDKIT_IMAGE:-} ]]; then
		[[ -r $BERTH_BUILDKIT_IMAGE ]] || die "BERTH_BUILDKIT_IMAGE: cannot read $BERTH_BUILDKIT_IMAGE"
		printf '%s\n' "$BERTH_BUILDKIT_IMAGE"
		return
	fi
	cache=$(cache_folder)
	mkdir -p "$cache"
	pulled=$cache/moby-buildkit-pulled.tar built=$cache/moby-buildkit-built.tar.zst
	if [[ -r $pulled ]] || { [[ ! -r $built ]] && pull_buildkit_image "$pulled"; }; then
		printf '%s\n' "$pulled"
	elif [[ ! -r $built && -r $beside ]]; then
		printf '%s\n' "$beside"
	else
		[[ -r $built ]] || {
			say "building the BuildKit image from Debian's packages: two or three minutes, once"
			"$root/dev/build-image" "$built" >&2
		}
		printf '%s\n' "$built"
	fi
}

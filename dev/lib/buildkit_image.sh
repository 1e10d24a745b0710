# shellcheck shell=bash
# shellcheck disable=SC2154  # root: of the script that reads this file
# Where a private engine's BuildKit image comes from.

buildkit_tag=moby/buildkit:buildx-stable-1

# Whether Docker Hub can be reached from here, known within three seconds. Behind a proxy only a try can tell.
hub_answers() {
	[[ ${HTTPS_PROXY:-${https_proxy:-}} ]] ||
		timeout 3 bash -c 'exec 3<>/dev/tcp/registry-1.docker.io/443' 2>/dev/null
}

# pull_buildkit_image FILE: by skopeo (a Debian package), since no engine that could pull is up yet.
pull_buildkit_image() {
	hub_answers || return 1
	command -v skopeo >/dev/null || install_packages skopeo
	say "pulling $buildkit_tag from Docker Hub"
	rm -f "$1.part"
	if ! timeout 300 skopeo copy --quiet "docker://docker.io/$buildkit_tag" "docker-archive:$1.part:$buildkit_tag" >&2; then
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

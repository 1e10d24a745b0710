# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A Debian system in a directory, entered with its own mount and process namespaces and pivot_root, since in a
# plain chroot `docker exec` sees the host's root. Shares the host's network. Needs root.

# make_machine DIRECTORY RELEASE PACKAGE,...: unpacks DIRECTORY/machine, from DIRECTORY/RELEASE.tar,
# which is created if missing.
make_machine() {
	local folder=$1 release=$2 packages=$3 mirror
	local base=$folder/$release.tar machine=$folder/machine
	mkdir -p "$folder"
	if [[ ! -r $base ]]; then
		command -v debootstrap >/dev/null || install_packages debootstrap
		mirror=$(debian_mirror "$release")
		[[ $mirror ]] || mirror=$(debian_mirror "")
		[[ $mirror ]] || die "no mirror of Debian in this machine's apt sources"
		say "making a Debian $release"
		debootstrap --variant=minbase --include="$packages" "$release" "$machine" "$mirror" >"$folder/debootstrap.log" ||
			die "debootstrap failed: see $folder/debootstrap.log"
		tar -C "$machine" -cf "$base.part" .
		mv "$base.part" "$base"
	else
		mkdir "$machine"
		tar -C "$machine" -xf "$base"
	fi
	cp /etc/resolv.conf "$machine/etc/resolv.conf"
	# A proxy may have a certificate authority of its own, which this machine trusts.
	if [[ -d $machine/usr/local/share/ca-certificates && -d /usr/local/share/ca-certificates ]]; then
		cp -R /usr/local/share/ca-certificates/. "$machine/usr/local/share/ca-certificates/"
		chroot "$machine" update-ca-certificates >/dev/null
	fi
}

# become_machine MACHINE [SHARED-DIRECTORY...]: in new namespaces, makes it the root. Shared
# directories of the host keep their paths.
become_machine() {
	local machine=$1 folder
	shift
	mount --make-rprivate /
	mount --bind "$machine" "$machine"
	cd "$machine" || return
	mount -t proc proc proc
	mount --rbind /dev dev
	mount -t sysfs sysfs sys
	mount --rbind /sys/fs/cgroup sys/fs/cgroup
	mount -t tmpfs tmpfs run
	for folder in "$@"; do
		mkdir -p "$machine/$folder"
		mount --bind "$folder" "$machine/$folder"
	done
	pivot_root . mnt
	cd /
	umount --lazy /mnt
}

# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Shared by all scripts of dev/: messages, the checkout's path, Debian packages and mirror.

script=${0##*/}
# shellcheck disable=SC2034  # for the scripts that read this file
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf '%s: %s\n' "$script" "$*" >&2; }
die() { say "$@"; exit 1; }

# The cache directory, for downloads and compiled programs. A script that gives berth a cache of its own sets
# BERTH_DEV_CACHE to keep this one.
cache_folder() { printf '%s\n' "${BERTH_DEV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/berth-dev}"; }

# as_root COMMAND...: runs it with sudo unless the caller is root.
as_root() {
	if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# missing_programs PROGRAM:PACKAGE...: prints the packages of missing programs.
missing_programs() {
	local pair
	for pair in "$@"; do
		command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair#*:}"
	done | sort -u
}

# install_packages PACKAGE...: with apt, without starting their services (Debian consults
# policy-rc.d). Prints apt's output only on failure.
install_packages() {
	command -v apt-get >/dev/null || die "not a Debian system: install what Debian calls: $*"
	((EUID == 0)) || command -v sudo >/dev/null || die "missing, and only root can install them: $*"
	say "installing $*"
	(
		policy=/usr/sbin/policy-rc.d log=$(mktemp)
		if [[ -e $policy ]]; then
			trap 'rm -f "$log"' EXIT
		else
			trap 'rm -f "$log"; as_root rm -f "$policy"' EXIT
			printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$policy"
		fi
		{
			as_root apt-get -q update &&
				as_root env DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "$@"
		} >"$log" 2>&1 </dev/null || { tail -n 25 "$log" >&2; die "cannot install $*: see apt's words above"; }
	)
}

# debian_mirror SUITE: prints the machine's mirror (of that suite, unless SUITE is empty), from its
# apt sources.
debian_mirror() {
	# shellcheck disable=SC2016  # apt expands these
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		awk -v suite="$1" '$1 ~ /\/debian\/?$/ && (suite == "" || $2 == suite) && !found++ { print $1 }'
}

# apt_of_suite STATE COMMAND...: runs an apt command with a separate state directory without
# installed packages. Checks signatures, but not the expiry date of lists, since sid's is a week and
# a mirror may lag.
apt_of_suite() {
	local state=$1 command=$2
	shift 2
	"$command" -qq -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state" \
		-o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null -o Dir::Etc::preferences=/dev/null -o APT::Sandbox::User= \
		-o Acquire::Check-Valid-Until=false -o APT::Install-Recommends=false -o APT::Get::Assume-Yes=true "$@"
}

# apt_suite STATE SUITE MIRROR: creates such a state directory for one suite of Debian.
apt_suite() {
	[[ -r $keyring ]] || die "$keyring is missing: install debian-archive-keyring"
	mkdir -p "$1/lists/partial" "$1/archives/partial"
	: >"$1/status"
	echo "deb [signed-by=$keyring] $3 $2 main" >"$1/sources.list"
	apt_of_suite "$1" apt-get update >&2 || die "cannot read the package lists of Debian $2 from $3"
}

# unpack_debs DIRECTORY PACKAGE.deb...
unpack_debs() {
	local into=$1 deb
	shift
	mkdir -p "$into"
	for deb in "$@"; do dpkg -x "$deb" "$into"; done
}

# download_debs DIRECTORY PACKAGE...: unpacks packages of the machine's release into DIRECTORY,
# without installing them.
download_debs() {
	local into=$1 debs
	shift
	debs=$(mktemp -d)
	chmod 755 "$debs"
	(cd "$debs" && apt-get -qq -o APT::Sandbox::User= download "$@") >&2 ||
		{ rm -rf "$debs"; die "cannot download $* of Debian"; }
	unpack_debs "$into" "$debs"/*.deb
	rm -rf "$debs"
}

# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Shared by dev/check-packages and dev/check-installed.

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
result=0

# check WHAT COMMAND...: reports whether the command succeeds, and its output if it fails.
check() {
	local what=$1
	shift
	if "$@" >"$scratch/log" 2>&1; then echo "ok      $what"; else
		echo "FAILED  $what"
		cat "$scratch/log"
		# shellcheck disable=SC2034  # of the script that reads this file
		result=1
	fi
}

# complete PREFIX ZSH-DIRECTORY: checks the files below a prefix, which all packages share. Debian's
# zsh does not search site-functions below /usr.
complete() {
	local file missing=0
	for file in bin/berth libexec/docker/cli-plugins/docker-berth share/man/man1/berth.1.gz \
		share/man/man1/berth-build.1.gz share/man/man5/berth-builders.toml.5.gz \
		share/bash-completion/completions/berth "share/zsh/$2/_berth" \
		share/fish/vendor_completions.d/berth.fish; do
		[[ -e $1/$file ]] || { echo "$file is missing"; missing=1; }
	done
	[[ $missing == 0 ]]
}

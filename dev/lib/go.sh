# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The Go toolchain that compiles the programs of the tests, and the content of a go.mod of dev/today.

# find_go: sets $go. The one on PATH, else Debian sid's, unpacked into the cache (not installed). If
# a go.mod requires a newer Go, the go command fetches it as a module.
find_go() {
	local folder mirror package
	go=$(command -v go || true)
	[[ ! $go ]] || return 0
	folder=$(cache_folder)/go
	go=$(compgen -G "$folder/root/usr/lib/go-*/bin/go" || true)
	[[ ! $go ]] || return 0
	mirror=$(debian_mirror "")
	[[ $mirror ]] || die "Go is missing, and no Debian mirror is in this machine's apt sources: install Go"
	say "fetching Go (Debian sid)"
	apt_suite "$folder/apt" sid "$mirror"
	package=$(apt_of_suite "$folder/apt" apt-cache depends golang-go | sed -n 's/.*Depends: \(golang-[0-9.]*\)-go$/\1/p')
	[[ $package ]] || die "cannot tell which Go golang-go of Debian sid stands for: install Go"
	(cd "$folder/apt" && apt_of_suite "$folder/apt" apt-get download "$package-go" "$package-src") >&2 ||
		die "cannot download Go of Debian sid: install Go"
	rm -rf "$folder/root"
	unpack_debs "$folder/root" "$folder"/apt/*.deb
	rm -f "$folder"/apt/*.deb
	# The packages link lib/ and src/ to absolute paths.
	export GOROOT=$folder/root/usr/lib/go-${package#golang-}
	ln -sfn "../../share/go-${package#golang-}/src" "$GOROOT/src"
	go=$GOROOT/bin/go
}

# module_tools DIRECTORY: the tool packages of its go.mod.
module_tools() {
	sed -nE '/^tool \($/,/^\)$/{s/^\t([^ ]+).*$/\1/p}; s/^tool ([^( ]+)$/\1/p' "$1/go.mod"
}

# module_language DIRECTORY: the version of Go that its go.mod names, such as go1.26.
module_language() { sed -nE 's/^go ([0-9]+\.[0-9]+).*$/go\1/p' "$1/go.mod"; }

# module_path DIRECTORY: the module of the first tool: the longest required path that is a prefix of
# it.
module_path() {
	local tool
	tool=$(module_tools "$1" | sed -n 1p)
	sed -nE 's/^(\t|require )([^ ]+) v[^ ]+.*$/\2/p' "$1/go.mod" |
		awk -v tool="$tool" 'index(tool "/", $1 "/") == 1 && length($1) > length(best) { best = $1 } END { print best }'
}

# module_version DIRECTORY: the version of that module.
module_version() {
	local module
	module=$(module_path "$1")
	sed -nE 's/^(\t|require )([^ ]+) (v[^ ]+).*$/\2 \3/p' "$1/go.mod" |
		awk -v module="$module" '$1 == module { print $2 }'
}

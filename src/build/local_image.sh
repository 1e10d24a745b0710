# An image of the engine as an OCI layout in the builder's state volume, FOLDER/ID, where it stays for the
# next build; `digest` in there is its manifest's.
#   held FOLDER ID…   prints `ID DIGEST` of those that are there
#   take FOLDER ID    makes it of what `docker save` writes, on standard input, and prints the same
# Written for BusyBox's sh and tools.
# shellcheck shell=dash
action=$1 images=$2
shift 2
umask 022

tell() {
	[ -s "$images/$1/digest" ] && touch "$images/$1" && echo "$1 $(cat "$images/$1/digest")"
}

if [ "$action" = held ]; then
	for id; do tell "$id"; done
	exit 0
fi

mkdir -p "$images" || exit 1
find "$images" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} +
work=$(mktemp -d "$images/new.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" && mkdir -p save layout/blobs/sha256 && tar x -C save || exit 1

# adopt FILE: makes it a blob; $digest and $size are its own then.
adopt() {
	[ -f "$1" ] || return 1
	digest=$(sha256sum <"$1" | cut -c1-64)
	size=$(wc -c <"$1")
	[ -e "layout/blobs/sha256/$digest" ] || ln "$(readlink -f "$1")" "layout/blobs/sha256/$digest"
}

config=$(sed -n 's/.*"Config":"\([^"]*\)".*/\1/p' save/manifest.json)
paths=$(sed -n 's/.*"Layers":\[\([^]]*\)\].*/\1/p' save/manifest.json | tr -d '"' | tr ',' ' ')
layers=''
for path in $paths; do
	adopt "save/$path" || exit 1
	case $(head -c 2 "save/$path" | od -An -tx1 | tr -d ' \n') in
		1f8b) kind=+gzip ;;
		28b5) kind=+zstd ;;
		*) kind='' ;;
	esac
	layers="$layers${layers:+,}{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar$kind\",\"digest\":\"sha256:$digest\",\"size\":$size}"
done
adopt "save/$config" || exit 1
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[%s]}' \
	"$digest" "$size" "$layers" >save/manifest
adopt save/manifest || exit 1
printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s}]}' \
	"$digest" "$size" >layout/index.json
echo '{"imageLayoutVersion":"1.0.0"}' >layout/oci-layout
echo "sha256:$digest" >layout/digest
# Another build may have been faster.
mv -T layout "$images/$1" 2>/dev/null
tell "$1"

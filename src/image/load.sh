# Makes an image archive of what the engine lacks, inside the builder (image_archive.hpp). Layers are hard
# links: no copy, and there until the end even if BuildKit drops them meanwhile.
# shellcheck shell=dash
way=$1 folder=$2 index=$3 manifest=$4
shift 4
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
# What a crash may have left.
find "${folder%/*}" -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf {} + 2>/dev/null
mkdir -p "$folder/blobs/sha256" && cd "$folder" || exit
printf '{"imageLayoutVersion":"1.0.0"}' >oci-layout
printf %s "$index" >index.json
printf %s "$manifest" >manifest.json
for blob in "$@"; do
	for from in /var/lib/buildkit/*/content/blobs/sha256/"$blob"; do
		# BuildKit fetches no layer that it has no need of: that of an image which only adds settings.
		[ -e "$from" ] || exit 93
		ln "$from" blobs/sha256/ || exit
	done
done
if [ "$way" = stream ]; then
	tar c oci-layout index.json manifest.json blobs
else
	echo ready
	cat >/dev/null
fi

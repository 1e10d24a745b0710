# bash completion for berth; source it, or install it as bash_completion's `berth`.
# Builder names come from the store's files: no docker command is run.

_berth_builders() {
	local store=${BUILDX_CONFIG:-${DOCKER_CONFIG:-$HOME/.docker}/buildx} file
	for file in "$store"/instances/*; do
		[[ -e $file ]] && printf '%s\n' "${file##*/}"
	done
}

_berth() {
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' i
	local global='--builder --debug --dry-run --help'
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
			--builder) ((i++)) ;;
			-*) ;;
			*) command=${COMP_WORDS[i]}; break ;;
		esac
	done
	local options=$global arguments=''
	local create='--bootstrap --buildkitd-config --buildkitd-flags --ca --config --driver --driver-opt --env
		--inherit-proxy --insecure-registry --max-cache --mirror --name --node --platform --run-arg --timeout
		--use'
	case $command in
		'')
			options+=' --version'
			arguments='build context create du ensure inspect ls prune rm stop upgrade use version'
			;;
		build | b)
			options+=' --add-host --allow --annotation --attest --build-arg --build-context --cache-from --cache-to --call --cgroup-parent --check --deps --file
				--iidfile --label --load --metadata-file --network --no-cache --no-cache-filter --output
				--platform --progress --provenance --pull --push --quiet --sbom --secret --shm-size --ssh --tag --target --ulimit'
			;;
		context) arguments='tar' options+=' --file' ;;
		create) options+=" $create --append --leave" ;;
		du) options+=' --filter --format --verbose' ;;
		ensure) options+=" $create --file --recreate" ;;
		inspect) options+=' --bootstrap --format' arguments=$(_berth_builders) ;;
		ls) options+=' --format --no-trunc' ;;
		prune)
			options+=' --all --filter --force --max-used-space --min-free-space --orphans --reserved-space
				--verbose'
			;;
		rm) options+=' --all-inactive --force --keep-daemon --keep-state' arguments=$(_berth_builders) ;;
		stop | upgrade) arguments=$(_berth_builders) ;;
		use) options+=' --default --global' arguments=$(_berth_builders) ;;
	esac
	case $previous in
		--builder) options='' arguments=$(_berth_builders) ;;
		--progress) options='' arguments='auto plain tty rawjson quiet none' ;;
		--network) options='' arguments='default host none' ;;
		--driver) options='' arguments='docker-container' ;;
		--driver-opt)
			options=''
			arguments='cgroup-parent= cpu-period= cpu-quota= cpu-shares= cpuset-cpus= cpuset-mems=
				default-load= env. image= memory= memory-swap= network= restart-policy='
			;;
		-f | --file | --deps | --iidfile | --metadata-file | --buildkitd-config | --config | --ca) options='' arguments='' ;;
		-o | --output) options='' arguments='type=docker type=image type=registry type=oci type=local type=tar type=cacheonly' ;;
	esac
	[[ $word == -* ]] && arguments=''
	[[ $word == -* || ! $arguments ]] || options=''
	mapfile -t COMPREPLY < <(compgen -W "$options $arguments" -- "$word")
	[[ ${COMPREPLY[*]} || $word == -* ]] || compopt -o default
	[[ ${COMPREPLY[*]} != *[=.] ]] || compopt -o nospace
}
complete -F _berth berth

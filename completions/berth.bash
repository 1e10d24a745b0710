# SPDX-License-Identifier: Apache-2.0
# bash completion for berth: source it, or install it as bash-completion's `berth`. `berth
# __complete` computes the candidates; this splits the words and passes candidates on.

# _berth_words: stores the words before the cursor in `words`, joined where bash also splits at `=`
# and `:`.
_berth_words() {
	local line=${COMP_LINE:0:COMP_POINT} gap word i
	words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		gap=${line%%[![:space:]]*}
		line=${line:${#gap}}
		word=${COMP_WORDS[i]}
		((i < COMP_CWORD)) || word=$line
		if ((i == 0)) || [[ $gap ]]; then words+=("$word"); else words[-1]+=$word; fi
		line=${line:${#word}}
	done
}

# _berth_described VALUE...: the values with their descriptions, for bash's list.
_berth_described() {
	local value width=0 room=$((${COLUMNS:-80} - 4))
	for value in "$@"; do
		((${#value} > width)) && width=${#value}
	done
	for value in "$@"; do
		[[ ! ${described[$value]-} ]] ||
			printf -v value '%-*s  (%s)' "$width" "$value" "${described[$value]}"
		COMPREPLY+=("${value:0:room}")
	done
}

# _berth_quoted VALUE: stores it as one word of bash in `quoted`; unchanged if safe.
_berth_quoted() {
	quoted=$1
	[[ $1 != *[!A-Za-z0-9_@%+=:,./-]* ]] || printf -v quoted '%q' "$1"
}

_berth() {
	local -a words values=()
	local -A described=()
	local line value quoted directive=0 skip='' before=''
	COMPREPLY=()
	_berth_words
	local last=${words[-1]}
	# For `--file=Docker` berth returns only the value.
	[[ $last != --*=* ]] || { before=${last%%=*}= last=${last#*=}; }
	# bash replaces only the text after the last `=` or `:`, unless they split no words here.
	if [[ $COMP_WORDBREAKS == *=* ]]; then
		skip=${last%"${last##*[=:]}"}
		before=''
	fi
	while IFS= read -r line; do
		value=${line%%$'\t'*}
		case $line in
			:*) directive=${line#:} ;;
			*) _berth_quoted "$before${value#"$skip"}"
				values+=("$quoted")
				[[ $line != *$'\t'* ]] || described[${values[-1]}]=${line#*$'\t'} ;;
		esac
	done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
	((directive & 2)) && compopt -o nospace
	((directive & 32)) && compopt -o nosort
	if [[ ! ${values[*]} ]]; then
		((directive & 16)) && compopt -o plusdirs
		((directive & 20)) || compopt -o default
	elif ((${#values[@]} > 1)) && [[ $COMP_TYPE == 63 || $COMP_TYPE == 33 ]]; then # a list is shown
		_berth_described "${values[@]}"
	else
		COMPREPLY=("${values[@]}")
	fi
}
complete -F _berth berth docker-buildx docker-berth

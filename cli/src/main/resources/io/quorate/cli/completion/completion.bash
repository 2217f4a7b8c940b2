# Fills words with those up to the cursor. Readline has cut them at "=" and ":" too; what stands together in the line
# belongs together.
__@TOOL@_words()
{
    local line=${COMP_LINE:0:COMP_POINT} i piece rest
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        rest=${line#"${line%%[![:space:]]*}"}
        if [[ $i -eq COMP_CWORD ]]; then
            piece=$rest
        fi
        if [[ $i -eq 0 || $rest != "$line" || -z $line ]]; then
            words+=("$piece")
        else
            words[${#words[@]} - 1]+=$piece
        fi
        line=${rest#"$piece"}
    done
    # Quotes are the shell's, not the tool's.
    for i in "${!words[@]}"; do
        words[i]=${words[i]//[\"\'\\]/}
    done
}

__start_@TOOL@()
{
    local words answer line directive current
    __@TOOL@_words
    COMPREPLY=()
    answer=$("${words[0]}" __completeNoDesc "${words[@]:1}" 2>/dev/null) || return
    directive=${answer##*:}
    answer=${answer%:*}
    # Of "--flag=value" readline replaces the value alone.
    current=${words[${#words[@]} - 1]}
    if [[ $current == -*=* ]]; then
        current=${current#*=}
    fi
    while IFS= read -r line; do
        if [[ -n $line && $line == "$current"* ]]; then
            COMPREPLY+=("$line")
        fi
    done <<<"$answer"
    if ((directive & 1)); then
        COMPREPLY=()
        return
    fi
    if [[ $(type -t compopt) == builtin ]]; then
        if ((directive & 2)); then
            compopt -o nospace
        fi
        if ((directive & 4)); then
            compopt +o default
        fi
    fi
}

complete -o default -F __start_@TOOL@ @TOOL@

# ex: ts=4 sw=4 et filetype=sh

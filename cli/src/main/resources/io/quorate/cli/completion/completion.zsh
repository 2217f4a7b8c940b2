
# zsh completion for @TOOL@

_@TOOL@()
{
    local answer line directive name
    local -a asked candidates
    asked=("${(@Q)words[1,CURRENT]}")
    answer=$("${asked[1]}" __complete "${(@)asked[2,-1]}" 2>/dev/null) || return
    directive=${answer##*:}
    answer=${answer%:*}
    for line in "${(@f)answer}"; do
        [[ -n $line ]] || continue
        # _describe parts a word from its description at a colon.
        name=${${line%%$'\t'*}//:/\\:}
        if [[ $line == *$'\t'* ]]; then
            candidates+=("$name:${line#*$'\t'}")
        else
            candidates+=("$name")
        fi
    done
    (( directive & 1 )) && return 1
    if [[ ${asked[-1]} == -*=* ]]; then
        compset -P '*='
    fi
    local -a options
    (( directive & 2 )) && options+=(-S '')
    (( directive & 32 )) && options+=(-V)
    if (( ${#candidates} )) && _describe -t values '@TOOL@' candidates "${options[@]}"; then
        return 0
    fi
    (( directive & 4 )) || _files
}

if [ "$funcstack[1]" = "_@TOOL@" ]; then
    _@TOOL@
fi

# Prints the candidates for the word at the cursor; they fail if files shall be offered instead.
function __@TOOL@_candidates
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    set -l directive 0
    if test (count $answer) -gt 0
        set directive (string replace ':' '' -- $answer[-1])
        set -e answer[-1]
    end
    # Of "--flag=value" fish replaces the whole word.
    set -l before ''
    if string match -q -- '-*=*' $current
        set before (string replace -r '=.*' '=' -- $current)
    end
    for line in $answer
        echo -- $before$line
    end
    if test (count $answer) -eq 0; and not contains -- $directive 1 4 5 6 7
        __fish_complete_path $current
    end
end

complete -c @TOOL@ -e
complete -c @TOOL@ -f -a '(__@TOOL@_candidates)'
